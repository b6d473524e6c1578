/**
 * Where a client keeps its tokens in bearer mode. `localStorage`, `sessionStorage` and React Native's AsyncStorage fit
 * as they are; wrap others. The functions may be asynchronous.
 */
export type TokenStorage = {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>
  setItem(key: string, value: string): unknown
  removeItem(key: string): unknown
}
