import { site } from './site.ts'

/** The address of a path of ours: PUBLIC_URL may have a path before it. @param path begins with `/` */
export function addressOf(path: string): string {
  return site.base_path + path
}
