#!/usr/bin/env node
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { findBundledNode, isNodeRecent, requireRecentNode } from '../platform/node-version.ts'

/*
 * The program `latchkey`. npm puts the Node that is installed with Latchkey first in the PATH of scripts and of npx,
 * but pnpm, Yarn and global installations do not. With them, this file may run on an old Node, and then hands the
 * command over to the installed one.
 */
if (isNodeRecent(process.versions.node)) {
  const { runCommandLine } = await import('./main.ts')
  await runCommandLine()
} else {
  handOver(findBundledNode() ?? refuse())
}

function refuse(): never {
  try {
    requireRecentNode()
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
  }
  process.exit(1)
}

function handOver(node: string): void {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  // A terminal sends Ctrl-C to both processes. Other signals, such as SIGTERM from systemd, reach only this one.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'))
  for (const signal of ['SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => {
    console.error(`${node} could not be started: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143)
  })
}
