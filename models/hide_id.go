package models

import "regexp"

var (
	messengerPattern = regexp.MustCompile(`(?:微 ?信|薇信|v ?信|扣扣|企鹅|抖音|快手|小红书|钉钉|(?:^|[^a-z0-9])(?:wei ?xin|wechat|wx|vx|qq|telegram|whatsapp)|(?:加|\+) ?[vq]|(?:^|[^a-z0-9])[vq] ?:)` +
		`((?: ?(?:账号|帐号|号码|群号|号|群|id))?[ :=是为叫-]*)` +
		`(\d(?:` + between + `{0,3}\d){4,14}[a-z0-9_.-]*|[a-z0-9][a-z0-9_.-]{4,29})`)
	linkPattern   = regexp.MustCompile(`[:=是为叫号群d]`)
	plainFigure   = regexp.MustCompile(`^[0-9]+$`)
	plainWord     = regexp.MustCompile(`^[a-z]+$`)
	mailPattern   = regexp.MustCompile(`[a-z0-9][a-z0-9._%+-]* ?(?:@|\(at\)|\[at\]) ?[a-z0-9][a-z0-9-]*(?: ?(?:\.|\(dot\)|点) ?[a-z][a-z0-9-]+)+`)
	countyHotline = "12345"
)

// inID reports whether r may stand in the id of a messenger, which has at least five such letters.
func inID(r rune) bool {
	return r >= 'a' && r <= 'z' || isDigit(r) || r == '_' || r == '.' || r == '-'
}

// inMailSign reports whether r may be the first of @, (at) and [at].
func inMailSign(r rune) bool { return r == '@' || r == '(' || r == '[' }

// findIDs finds the ids of messengers behind their names: 微信号：abc_123, vx abc123, QQ 123456.
func findIDs(p plain, _ Own) []span {
	if !least(5, p.digits, inID) {
		return nil
	}
	var found []span
	for _, m := range matches(messengerPattern, p.digits) {
		link, id := string(p.digits[m[2]:m[3]]), string(p.digits[m[4]:m[5]])
		after := string(p.words[m[5]:min(len(p.words), m[5]+4)])
		switch {
		case id == countyHotline:
		case plainFigure.MatchString(id) && countedAfter.MatchString(after):
		case plainWord.MatchString(id) && !linkPattern.MatchString(link): // an English sentence goes on
		default:
			found = append(found, span{m[4], m[5]})
		}
	}
	return found
}

// findMail finds e-mail addresses, also with (at) for the sign.
func findMail(p plain, _ Own) []span {
	if !least(1, p.words, inMailSign) {
		return nil
	}
	var found []span
	for _, m := range matches(mailPattern, p.words) {
		found = append(found, span{m[0], m[1]})
	}
	return found
}
