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
          // A weak line pays for every request: a few parts that change together, not thirty small ones.
          groups: [
            { name: 'vue', test: /node_modules[\\/](@vue|vue|vue-router)[\\/]/, priority: 5 },
            { name: 'core', test: /(node_modules[\\/](idb|openapi-fetch)|src[\\/](i18n[\\/](?!en[\\/]|zh-CN[\\/](later|ledger|office|desk|overview|people|place))|api|outbox[\\/](?!useDraft|useKept|drafts|old)|app[\\/](session|device|settings|dirty|network))|src[\\/]photo[\\/]remote)/, priority: 4 },
            { name: 'forms', test: /src[\\/](ui[\\/](Choice|Field|Switch|Stars|PhotoPicker)|outbox[\\/](useDraft|useKept|drafts)|photo[\\/](index|shrink|exif|sha256))/, priority: 2 },
            { name: 'kit', test: /src[\\/](ui[\\/](?!Folded|Choice|Field|Switch|Stars|PhotoPicker|DataTable|PhotoGrid|PhotoViewer|Timeline|RateBar|charts|qr|paper)|app[\\/](App|tabs|update|resource|action|install))/, priority: 3 },
            { name: 'parts', test: /src[\\/]features[\\/](?!ticket[\\/](PlacePicker|BeforeAfter|ThreadList|TicketFacts|QuickWords|joint|JointBlock|meanwhile|words)|(bulletin|cause|template)[\\/]|place[\\/]PartyPicker)/, minShareCount: 3, priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/api': 'http://127.0.0.1:8080' },
  },
})
