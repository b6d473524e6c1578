import { site } from './site.ts'

/** The address of one of our paths: PUBLIC_URL may have a path before it. @param path begins with `/` */
export function addressOf(path: string): string {
  return site.base_path + path
}
