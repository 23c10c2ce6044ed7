import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { defineConfig } from 'vite'
import bootInline from './build/boot-inline.mjs'
import precompress from './build/precompress.mjs'
import serviceWorker from './build/sw-plugin.mjs'

export default defineConfig({
  // The order matters: the service worker lists what is there, and the packing comes last.
  plugins: [
    bootInline(),
    vue({ features: { optionsAPI: false } }),
    serviceWorker(),
    precompress(),
  ],
  resolve: {
    alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) },
  },
  build: {
    manifest: true,
    target: ['chrome87', 'safari15'],
    reportCompressedSize: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [{ name: 'vue', test: /node_modules[\\/](@vue|vue|vue-router)[\\/]/ }],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': 'http://127.0.0.1:8080' },
  },
})
