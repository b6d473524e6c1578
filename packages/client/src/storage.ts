/**
 * Where a client keeps its tokens in bearer mode. `localStorage`, React Native's AsyncStorage and the like fit as they are;
 * wrap others. Its functions may be asynchronous.
 */
export type TokenStorage = {
  getItem(key: string): string | null | undefined | Promise<string | null | undefined>
  setItem(key: string, value: string): unknown
  removeItem(key: string): unknown
}
