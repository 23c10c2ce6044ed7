import './app/trusted'
import './ui/tokens.css'
import './ui/base.css'
import { createApp } from 'vue'
import App from './app/App.vue'
import { mendLostParts } from './app/preload'
import { router } from './app/router'
import { resumeSession } from './app/session'
import { startSettings } from './app/settings'
import { registerServiceWorker } from './app/update'

async function start(): Promise<void> {
  mendLostParts()
  await startSettings()
  resumeSession()
  createApp(App).use(router).mount('#app')
}

void start()

// Nobody waits for it, so it comes after what the page needs.
addEventListener('load', () => void import('./outbox/old').then((old) => old.forgetOld()).catch(() => undefined))

if (import.meta.env.PROD && 'serviceWorker' in navigator) {
  addEventListener('load', () => {
    void registerServiceWorker().catch(() => undefined)
  })
}
