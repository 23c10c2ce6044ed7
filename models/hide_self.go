package models

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

const (
	surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧肖程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎闫余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆" +
		"郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁" +
		"时舒耿牟卜詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边古党宫原冀娄战楚佟鄢"
	// ambiguous surnames begin common words: only a longer name counts as one.
	ambiguous = "高于方白万安常文石金江温易任时路向左管成游阳关包位单强华车边古原解程夏马严许何曾史武战党房宁黄谢盛位查"
	// kin and respect follow a surname: 张大妈, 李老师.
	respect = `(?:大妈|大娘|大婶|大嫂|大姐|大哥|大爷|大伯|大叔|阿姨|奶奶|爷爷|婆婆|婶|嫂子|嫂|叔叔|叔|伯伯|伯|姨|姐|哥|女士|先生|小姐|太太)`
	work    = `(?:老师|师傅|医生|大夫|护士|教授|主任|经理|律师|警官|书记|科长|处长|局长|老板|工)`
	posts   = `(?:楼栋长|栋长|楼长|单元长|网格员|业委会主任|业委会委员|业委会成员|业主代表)`
)

var (
	doubleSurname = regexp.MustCompile(`^(?:` + strings.Join(doubleSurnames, "|") + `)`)
	respectAfter  = regexp.MustCompile(`^` + respect)
	titleAfter    = regexp.MustCompile(`^(?:` + respect + `|` + work + `)`)
	worksAs       = regexp.MustCompile(`^` + work)
	postAfter     = regexp.MustCompile(`^` + posts)

	// selfPattern ends where the writer may say who he is.
	selfPattern = regexp.MustCompile(`(?:我|俺|本人|咱)(?:们?家)?(?:就|也)?(?:是|系|住在?|家?住在?|家在)|(?:我|俺|咱)们?家|家住|本户|我叫|俺叫|我名叫|我的?名字(?:是|叫)|本人|姓名[ :是为]*|(?:联系人|报修人|投诉人|举报人|反映人|反馈人|署名|落款)[ :是为]*`)
	// surnamePattern is the surname told as one.
	surnamePattern = regexp.MustCompile(`(?:我|俺|本人|免贵|在下) ?姓 ?([^ ,.:;!?，。；！？、])`)
	// homePattern is the place behind it. Its marks tell a home from a date (我是2号报的).
	homePattern = regexp.MustCompile(`^(?:就|是|在|住|于|的|[ :,])*(?:[^0-9十百,，。；;!?！？、 ]{1,10}?(?:小区|花园|家属院|大院|公寓|新村|新城|嘉园|苑|院|城|里))? ?` +
		`((?:[0-9十百]{1,4} ?(?:号楼|号院|号|栋|幢|座|#|单元|门洞?|楼|层|室|户|-) ?)+(?:[0-9十百]{2,4}(?:室|户|号)?)?(?:[东西中南北左右对](?:边|侧|面|手)?(?:户|门|家)?)?|[0-9]{3,4}(?:室|户|号)?)`)
	homeMark     = regexp.MustCompile(`[楼栋幢座元门层室户#]|[0-9]{3}`)
	ofThere      = regexp.MustCompile(`^ ?的? ?(?:业主|住户|租户|居民|房主)? ?`)
	notFlatAfter = regexp.MustCompile(`^ ?(?:[元块毛角万千百多年月日次个人米平㎡度吨斤分秒点时栋幢座路弄%‰a-z]|天(?:[^花棚井台]|$)|号楼|号院|号线|单元|小时|公里)`)
)

// beginsSelf reports whether r may be the first letter of selfPattern or surnamePattern.
func beginsSelf(r rune) bool {
	return strings.ContainsRune("我俺本咱家姓联报投举反署落免在", r)
}

// findSelf finds what a writer says of himself: 我是3号楼2单元501的张…, 本人姓王, 我叫李建国, 联系人：赵敏, 我是楼栋长.
func findSelf(p plain, _ Own) []span {
	if !least(1, p.words, beginsSelf) {
		return nil
	}
	var found []span
	for _, m := range matches(surnamePattern, p.words) {
		found = append(found, span{m[2], max(m[3], m[2]+surnameAt(p.words, m[2]))})
	}
	for _, m := range matches(selfPattern, p.words) {
		intro, at := string(p.words[m[0]:m[1]]), m[1]
		if home := matches(homePattern, p.digits[at:min(len(p.digits), at+40)]); home != nil {
			from, to := at+home[0][2], at+home[0][3]
			if homeMark.MatchString(string(p.digits[from:to])) && !notFlatAfter.MatchString(ahead(p.words, to, 4)) {
				found = append(found, span{from, to})
				at = to + utf8.RuneCountInString(ofThere.FindString(ahead(p.words, to, 8)))
			}
		}
		if to := nameAt(p.words, at, intro, at != m[1]); to > at {
			found = append(found, span{at, to})
		}
	}
	return found
}

// ahead is the text of at most n letters from a place on.
func ahead(words []rune, from, n int) string { return string(words[from:min(len(words), from+n)]) }

func surnameAt(words []rune, at int) int {
	if doubleSurname.MatchString(ahead(words, at, 2)) {
		return 2
	}
	if at < len(words) && strings.ContainsRune(surnames, words[at]) {
		return 1
	}
	return 0
}

// nameAt says where a name that begins at at ends, or at when there is none. bare lets a surname alone count, as in
// 501的张……; after 叫 a trade is the man who was called, not who calls.
func nameAt(words []rune, at int, intro string, bare bool) int {
	if post := postAfter.FindString(ahead(words, at, 6)); post != "" {
		return at + utf8.RuneCountInString(post)
	}
	surname := surnameAt(words, at)
	if surname == 0 {
		return at
	}
	given := at + surname
	called := strings.HasSuffix(intro, "叫")
	if title := titleAfter.FindString(ahead(words, given, 4)); title != "" && !called {
		return given + utf8.RuneCountInString(title)
	}
	least := 1
	if strings.ContainsRune(ambiguous, words[at]) && surname == 1 && intro != "我叫" {
		least = 2
	}
	for n := 2; n >= least; n-- {
		if nameEnds(words, given, n, intro) && !(called && worksAs.MatchString(ahead(words, given, 4))) {
			return given + n
		}
	}
	if bare && ends(words, given, false) {
		return given
	}
	return at
}

// nameEnds reports whether n letters of a given name stand at at with an end behind them.
func nameEnds(words []rune, at, n int, intro string) bool {
	if at+n > len(words) {
		return false
	}
	for _, r := range words[at : at+n] {
		if !hanzi(r) || strings.ContainsRune("的是在了不", r) {
			return false
		}
	}
	return ends(words, at+n, intro != "本人")
}

// ends reports whether no further letter of a name can stand at at.
func ends(words []rune, at int, loose bool) bool {
	return at >= len(words) || !hanzi(words[at]) || loose && strings.ContainsRune("的住", words[at])
}

// findNames finds the names of the people behind the text, and their surname with a word of kin or respect.
func findNames(p plain, own Own) []span {
	var found []span
	for _, name := range own.Names {
		name := plainOf([]rune(strings.TrimSpace(name))).words
		if len(name) < 2 || !hanzi(name[0]) && len(name) < 3 {
			continue
		}
		found = append(found, occurrences(p.words, name)...)
		if surname := surnameAt(name, 0); surname > 0 {
			for _, s := range occurrences(p.words, name[:surname]) {
				if title := respectAfter.FindString(ahead(p.words, s.to, 4)); title != "" {
					found = append(found, span{s.from, s.to + utf8.RuneCountInString(title)})
				}
			}
		}
	}
	return found
}

func occurrences(text, part []rune) []span {
	var found []span
	for i := 0; i+len(part) <= len(text); i++ {
		if slices.Equal(text[i:i+len(part)], part) {
			found = append(found, span{i, i + len(part)})
		}
	}
	return found
}
