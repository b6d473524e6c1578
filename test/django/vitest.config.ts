import { defineConfig } from 'vitest/config'

/**
 * Moving from a real Django and back: `npm run test:django`. It needs Debian's python3-django, python3-django-allauth,
 * python3-djangorestframework, python3-djangorestframework-simplejwt and python3-argon2.
 */
export default defineConfig({
  test: {
    include: ['test/django/**/*.check.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    testTimeout: 180_000,
    hookTimeout: 60_000,
  },
})
