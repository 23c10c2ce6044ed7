import { ref } from 'vue'

/** A hint for the bar at the top. "Online" is never believed: only an answer of our server is. */
export const offline = ref(typeof navigator !== 'undefined' && navigator.onLine === false)

addEventListener('online', () => {
  offline.value = false
})
addEventListener('offline', () => {
  offline.value = true
})
