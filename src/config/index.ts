export { effectiveSettings, readSettings, SettingsError, type Settings } from './settings.ts'
export { readClientSettings, type ClientSettings } from './client.ts'
