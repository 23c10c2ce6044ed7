import { computed, ref, shallowRef } from 'vue'
import { readSetting, writeSetting } from './device'

interface InstallEvent extends Event {
  prompt: () => Promise<void>
}

const prompt = shallowRef<InstallEvent | null>(null)
const refused = ref(readSetting('no-install') === '1')
const standalone = matchMedia('(display-mode: standalone)').matches || (navigator as { standalone?: boolean }).standalone === true
const inWeChat = /MicroMessenger/.test(navigator.userAgent)
const onIos = /iPhone|iPad/.test(navigator.userAgent)

addEventListener('beforeinstallprompt', (event) => {
  event.preventDefault()
  prompt.value = event as InstallEvent
})

/** 'button': the browser can ask. 'words': iOS, where only a sentence helps. WeChat can do neither. */
export const installWay = computed<'button' | 'words' | null>(() => {
  if (standalone || refused.value || inWeChat) return null
  if (prompt.value) return 'button'
  return onIos ? 'words' : null
})

export async function install(): Promise<void> {
  await prompt.value?.prompt()
  prompt.value = null
}

export function refuseInstall(): void {
  refused.value = true
  writeSetting('no-install', '1')
}

/** No service worker here (WeChat on iOS, plain http): unsent things need the page to stay open. */
export const mustStayOpen = !('serviceWorker' in navigator)
