/** Words of the promise-kept rate: fetched with the offices' ones, where there is something to say. */
export const promise = {
  title: '承诺兑现率',
  hint: '近 {days} 天到期的承诺。单独公布，不计入评分；不到 {n} 件不公布比例。',
  none: '还没有到期的承诺',
  few: '{n} 件到期，样本不足',
  of: '共 {n} 件：按时兑现 {kept}，改期后兑现 {later}，按时办好没人回答 {done}，没有兑现 {broken}，到期没动静 {silent}；另有 {neither} 件不计',
  here: '本小区',
  party: '{party}，全县',
  how: '怎么算',
  how_words: '兑现一件算 1；提前改期每次扣{cost}；按时说办好、没人回答算{half}；没有兑现、到期没动静算 0。合计 {worth} 件 ÷ {n} 件。',
  list: '看这些承诺（{n} 件）',
  hidden: '另有 {n} 件是别人的诉求，只计数，不显示内容。',
  row_open: '还没到期',
  row_asked: '到期了，等上报人回答',
  row_due: '承诺{when}办到',
  row_moved: '承诺{when}办到，原定{first}',
}
