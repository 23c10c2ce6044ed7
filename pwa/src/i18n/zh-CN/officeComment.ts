/** What households wrote when they rated whoever runs their place. */
export const comment = {
  title: '住户写的话',
  lead: '住户随时评价时写的话。去掉了姓名、电话和住处，不说是谁、几颗星、哪一天，次序是打乱的。',
  none: '还没有可以给您看的话',
  none_hint: '至少 {n} 户写了新的，和得分一起公布时才一并给出，免得猜出是谁。',
}
