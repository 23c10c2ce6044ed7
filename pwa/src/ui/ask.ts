import { shallowRef } from 'vue'

export interface Question {
  title: string
  text?: string
  yes?: string
  no?: string
  danger?: boolean
}

interface Open extends Question {
  answer: (yes: boolean) => void
}

/** The question on screen; the app's frame shows it. */
export const openQuestion = shallowRef<Open | null>(null)

/** `if (await ask({ title: '撤回这个工单？', yes: '撤回', danger: true })) …` */
export function ask(question: Question): Promise<boolean> {
  openQuestion.value?.answer(false)
  return new Promise((resolve) => {
    openQuestion.value = {
      ...question,
      answer(yes) {
        openQuestion.value = null
        resolve(yes)
      },
    }
  })
}
