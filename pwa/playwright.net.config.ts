import { defineConfig } from '@playwright/test'
import base from './playwright.config'

/** The phone on a bad line: the same program and browser as the other browser tests, with a proxy between them that spoils the line. */
export default defineConfig({ ...base, testDir: 'tests/net', timeout: 30 * 60_000 })
