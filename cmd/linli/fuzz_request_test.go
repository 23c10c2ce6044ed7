package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// spoken is a piece of every odd text that is sent: a refusal must not repeat it.
const spoken = "qZx7probe"

// oddTexts are what no form would send.
var oddTexts = []string{
	"", " ", "\x00", spoken + "\x00", "\u202e" + spoken, "a\u200b\u0301\u0301\u0301", strings.Repeat("😀", 300), strings.Repeat(spoken, 9_000), "\xff\xfe" + spoken,
	"\xed\xa0\x80", "' OR 1=1; DROP TABLE tickets; --" + spoken, "%", "_%\\", "%00", "../../../etc/passwd", "..%2f..%2f" + spoken, "<script>" + spoken + "</script>",
	"=cmd|'/c calc'!A1", "13800138000", "NaN", "1e309", "-0", "9", "９９", "٣", "0x10", "1_000", "\r\nSet-Cookie: " + spoken, "𝟎𝟏𝟐", "null", "true", "2026-13-45", "2026-02-30",
	"0000-00-00", "9999-12-31", "10000-01-01", "0001-01-01T00:00:00Z", "2026-01-01T00:00:00+99:99", "9999-12-31T23:59:59.999999999-23:59", "{{.}}", "${jndi:" + spoken + "}",
	"9223372036854775807", "9223372036854775808", "-9223372036854775808", "2147483648", "1.0", "1e2", "+1", "eyJhbGciOiJub25lIn0.e30.", "AAAA", "eyJpIjotMX0", "W10", "bnVsbA",
	"eyJpIjo5MjIzMzcyMDM2ODU0Nzc1ODA3LCJkIjoiMDAwMS0wMS0wMVQwMDowMDowMFoifQ", "\ufeff", "\ufffe", "İ", "ß", "ﬃ",
}

// rawJSON is written as it stands, whether it is JSON or not.
type rawJSON string

// oddValues are what stands where something else belongs.
var oddValues = []rawJSON{
	"null", "true", "[]", "{}", `""`, "0", "-1", "1.5", "1e400", "-1e308", "1E2", "-0", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "2147483648", "9007199254740993",
	`"\u0000"`, `"\ud800"`, `"\udc00\ud800"`, `"\u202e"`, "\"\x01\"", "\"\xff\"", `"\x"`, `NaN`, `undefined`, `'a'`, `01`, `1.`, `[1,]`, `{"a":1,}`, `{"a":1,"a":2}`, `[null,[null,[{}]]]`, ``, `/**/1`,
	rawJSON(strings.Repeat("[", 10_000)), rawJSON(strings.Repeat(`{"a":`, 5_000)), rawJSON(`"` + strings.Repeat("长", 70_000) + `"`), rawJSON("[" + strings.Repeat("1,", 2_000) + "1]"),
}

// request is one request as it goes over the wire.
type request struct {
	as           *caller
	target       target
	method, path string
	headers      [][2]string
	body         []byte
	cut          bool // the body has no end: the sender goes away
	honest       bool // the token is the caller's own
}

func (r *request) String() string {
	return fmt.Sprintf("%s %s %q %q", r.method, shortText([]byte(r.path)), r.headers, shortText(r.body))
}

func shortText(b []byte) string {
	if len(b) > 600 {
		return fmt.Sprintf("%q… (%d bytes)", b[:600], len(b))
	}
	return fmt.Sprintf("%q", b)
}

// answered is what came back.
type answered struct {
	code   int
	header http.Header
	body   []byte
}

// send writes the request as it is on a connection of its own and reads the one answer. After a complete request there
// must be nothing more than the answer: a second one would be somebody else's.
func (r *request) send(address string) (a answered, err error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return a, err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(time.Minute))
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\nHost: linli.example.cn\r\n", r.method, r.path)
	for _, h := range r.headers {
		fmt.Fprintf(&out, "%s: %s\r\n", h[0], h[1])
	}
	out.WriteString("\r\n")
	out.Write(r.body)
	go func() { // the server may answer before it has read all, and then take no more
		conn.Write(out.Bytes())
		if r.cut {
			conn.(*net.TCPConn).CloseWrite()
		}
	}()
	buffered := bufio.NewReader(conn)
	res, err := http.ReadResponse(buffered, &http.Request{Method: r.method})
	if err != nil {
		return a, fmt.Errorf("no answer: %w", err)
	}
	defer res.Body.Close()
	a.code, a.header = res.StatusCode, res.Header
	if a.body, err = io.ReadAll(res.Body); err != nil {
		return a, fmt.Errorf("half an answer: %w", err)
	}
	// fasthttp forgets the method of what it cannot read and sends a body to HEAD as well, but then it closes the
	// connection, so nobody takes it for the next answer.
	toNobody := r.method == "HEAD" && res.Close && res.StatusCode == http.StatusBadRequest
	if n := buffered.Buffered(); n > 0 && !toNobody {
		rest, _ := buffered.Peek(n)
		return a, fmt.Errorf("a second answer: %q", rest)
	}
	return a, nil
}

func pick[T any](dice *rand.Rand, from []T) T { return from[dice.IntN(len(from))] }

// chance is true n times of a hundred.
func chance(dice *rand.Rand, n int) bool { return dice.IntN(100) < n }

// make builds a request for an operation: a third as good as can be, the others broken in one or more places.
func (z *apiFuzzer) make(dice *rand.Rand, to target) *request {
	r := &request{as: pick(dice, z.callers), target: to, method: to.method}
	bent := dice.IntN(3) // 0: as good as can be
	var example *write
	if list := z.good[to.OperationID]; len(list) > 0 && chance(dice, 60) {
		example = &list[dice.IntN(len(list))]
		if chance(dice, 60) {
			r.as = z.caller(example.as)
		}
	}
	r.path = z.pathOf(dice, to, example, bent)
	z.addHeaders(dice, r, bent)
	z.addBody(dice, r, example, bent)
	if bent == 2 && chance(dice, 10) {
		r.method = pick(dice, []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "LINLI", "get"})
	}
	return r
}

func (z *apiFuzzer) pathOf(dice *rand.Rand, to target, example *write, bent int) string {
	path := to.path
	for _, p := range to.Parameters {
		if p.In != "path" {
			continue
		}
		value := z.pathValue(dice, to, p)
		if bent > 0 && chance(dice, 30) {
			value = escaped(dice, pick(dice, oddTexts))
		}
		path = strings.Replace(path, "{"+p.Name+"}", value, 1)
	}
	if example != nil && (bent == 0 || chance(dice, 50)) {
		path, _, _ = strings.Cut(example.path, "?")
	}
	query := z.queryOf(dice, to, bent)
	if bent == 2 && chance(dice, 10) {
		path += pick(dice, []string{"/", "//", "/.", "/..", "%", "%2", "%zz", "%00", ";a=b", "/%2e%2e/%2e%2e/", "#", "\\", "/x", "%c0%af"})
	}
	if query != "" {
		path += "?" + query
	}
	return path
}

// escaped writes a text into an address, mostly as it should be.
func escaped(dice *rand.Rand, text string) string {
	if len(text) > 4_000 {
		text = text[:4_000]
	}
	if chance(dice, 15) { // as it stands, but for what would end the line
		return strings.NewReplacer(" ", "%20", "\r", "%0d", "\n", "%0a", "\x00", "%00").Replace(text)
	}
	return url.QueryEscape(text)
}

func (z *apiFuzzer) pathValue(dice *rand.Rand, to target, p parameter) string {
	noun := strings.Split(strings.TrimPrefix(to.path, "/api/v1/"), "/")[0]
	switch {
	case p.Name == "leaf":
		noun = "leaf"
	case p.Name == "token":
		noun = "poster_token"
	case to.OperationID == "photoPut":
		noun = "client_id"
	}
	list := z.known[noun]
	if len(list) == 0 {
		return "1"
	}
	return fmt.Sprint(pick(dice, list))
}

func (z *apiFuzzer) queryOf(dice *rand.Rand, to target, bent int) string {
	var parts []string
	add := func(name, value string) { parts = append(parts, name+"="+value) }
	for _, p := range to.Parameters {
		if p.In != "query" || !p.Required && chance(dice, 50) {
			continue
		}
		value := z.textOf(dice, p.Name, p.Schema)
		switch {
		case bent > 0 && chance(dice, 30):
			value = pick(dice, oddTexts)
		case p.Name == "cursor" && bent == 0:
			continue // only what an answer gave
		}
		add(p.Name, escaped(dice, value))
		if bent == 2 && chance(dice, 15) {
			add(p.Name, escaped(dice, pick(dice, oddTexts)))
		}
	}
	if bent == 2 && chance(dice, 15) {
		parts = append(parts, pick(dice, []string{"x=1", "=", "&&", "%=1", "limit", "limit[]=1", "q=%", "q=%ff", "a[b]=c", "access_token=x", ";", "id=1"}))
	}
	return strings.Join(parts, "&")
}

// textOf is a good value of a parameter, as text.
func (z *apiFuzzer) textOf(dice *rand.Rand, name string, s *schema) string {
	switch value := z.valueOf(dice, name, s, 0).(type) {
	case []any:
		texts := make([]string, len(value))
		for i, v := range value {
			texts[i] = fmt.Sprint(v)
		}
		return strings.Join(texts, ",")
	default:
		return fmt.Sprint(value)
	}
}

func (z *apiFuzzer) addHeaders(dice *rand.Rand, r *request, bent int) {
	add := func(name, value string) { r.headers = append(r.headers, [2]string{name, value}) }
	token := r.as.client.Token()
	r.honest = token != ""
	if bent == 2 && chance(dice, 8) {
		r.honest = false
		token = pick(dice, []string{"", "x", token + "x", "eyJhbGciOiJub25lIn0.e30.", strings.Repeat("a", 8_000), "\xff", token + "\x01"})
	}
	if token != "" {
		add("Authorization", "Bearer "+token)
	}
	if !(bent == 2 && chance(dice, 8)) {
		add("X-Linli-Client", "test")
	}
	for _, p := range r.target.Parameters {
		if p.In == "header" && chance(dice, 50) {
			add(p.Name, inHeader(pick(dice, oddTexts)))
		}
	}
	if bent == 2 && chance(dice, 20) {
		odd := inHeader(pick(dice, oddTexts))
		add(pick(dice, []string{"Cookie", "Accept", "Accept-Encoding", "Accept-Language", "If-None-Match", "Range", "Content-Encoding", "X-Real-IP", "X-Forwarded-For",
			"Sec-Fetch-Site", "Origin", "X-HTTP-Method-Override", "Expect-Not", "Prefer", "If-Match", "X-Request-ID"}), odd)
	}
}

// inHeader leaves out what would end the header.
func inHeader(text string) string {
	if len(text) > 6_000 {
		text = text[:6_000]
	}
	return strings.NewReplacer("\r", "", "\n", "").Replace(text)
}

func (z *apiFuzzer) addBody(dice *rand.Rand, r *request, example *write, bent int) {
	content := r.target.RequestBody.Content
	if len(content) == 0 {
		if r.method == "GET" || bent < 2 || chance(dice, 80) {
			if r.method != "GET" {
				r.headers = append(r.headers, [2]string{"Content-Length", "0"})
			}
			return
		}
	}
	kind := "application/json"
	switch kinds := slices.Sorted(maps.Keys(content)); {
	case len(kinds) > 0 && content[kind].Schema == nil:
		kind = pick(dice, kinds)
		r.body = z.fileOf(dice, bent)
	case example != nil && example.body != nil:
		r.body = z.written(dice, example.body, bent)
	default:
		r.body = z.written(dice, z.valueOf(dice, "", content[kind].Schema, 0), bent)
	}
	if bent == 2 && chance(dice, 12) {
		kind = pick(dice, []string{"", "text/plain", "application/xml", "multipart/form-data; boundary=x", "multipart/form-data", "application/x-www-form-urlencoded", "application/json; charset=utf-16", "application/JSON",
			"image/svg+xml", "application/json, text/html", "*/*", "application/problem+json", "\xff"})
	}
	if kind != "" {
		r.headers = append(r.headers, [2]string{"Content-Type", kind})
	}
	z.addLength(dice, r, bent)
}

// addLength says how long the body is, or lies about it.
func (z *apiFuzzer) addLength(dice *rand.Rand, r *request, bent int) {
	length := strconv.Itoa(len(r.body))
	if bent == 2 {
		switch dice.IntN(25) {
		case 0: // never comes to its end
			length, r.cut = strconv.Itoa(len(r.body)+1+dice.IntN(1000)), true
		case 1: // in pieces, without the last one
			r.body, r.cut = pieces(r.body), true
			r.headers = append(r.headers, [2]string{"Transfer-Encoding", "chunked"})
			return
		case 2:
			r.body = append(pieces(r.body), "0\r\n\r\n"...)
			r.headers = append(r.headers, [2]string{"Transfer-Encoding", "chunked"})
			return
		case 3:
			length, r.cut = pick(dice, []string{"-1", "99999999999999999999", "1e3", "0x10", "10, 10", "18446744073709551615", "999999999999"}), true
		case 4: // what follows the announced length is the next request's
			if r.body = append(r.body, r.body...); len(r.body) > 0 {
				r.cut = true
			}
		}
	}
	r.headers = append(r.headers, [2]string{"Content-Length", length})
}

func pieces(body []byte) []byte {
	var out bytes.Buffer
	for part := range slices.Chunk(body, 1000) {
		fmt.Fprintf(&out, "%x\r\n%s\r\n", len(part), part)
	}
	return out.Bytes()
}

// fileOf is a picture or a register, or something like one.
func (z *apiFuzzer) fileOf(dice *rand.Rand, bent int) []byte {
	var file []byte
	switch dice.IntN(3) {
	case 0:
		file = z.picture()
	case 1:
		file = []byte("社区名称,小区名称,摸底类别,服务方式,责任单位,楼栋,单元数,层数,每单元每层户数,建筑面积(㎡),交付日期\n试验社区,安居苑,专业物业,专业物业,安居物业,9号楼,2,6,2,3000,2005-06-30\n")
	default:
		file, _ = z.house.places.RegisterTemplate(pick(dice, []string{"csv", "xlsx"}))
	}
	for range bent * dice.IntN(6) {
		at := dice.IntN(len(file) + 1)
		switch dice.IntN(3) {
		case 0:
			file = slices.Insert(file, at, []byte(pick(dice, oddTexts[:20]))...)
		case 1:
			if at < len(file) {
				file[at] ^= byte(1 << dice.IntN(8))
			}
		default:
			file = file[:at]
		}
	}
	return file
}

// valueOf is a good value of a schema, with the ids of records that are there.
func (z *apiFuzzer) valueOf(dice *rand.Rand, name string, s *schema, depth int) any {
	s = z.doc.resolve(s)
	if s == nil || depth > 8 {
		return nil
	}
	if len(s.Enum) > 0 {
		return pick(dice, s.Enum)
	}
	switch s.Type {
	case "object":
		object := map[string]any{}
		for _, field := range slices.Sorted(maps.Keys(s.Properties)) {
			if slices.Contains(s.Required, field) || chance(dice, 40) {
				object[field] = z.valueOf(dice, field, s.Properties[field], depth+1)
			}
		}
		return object
	case "array":
		list := []any{}
		for range dice.IntN(3) {
			list = append(list, z.valueOf(dice, strings.TrimSuffix(name, "s"), s.Items, depth+1))
		}
		return list
	case "boolean":
		return chance(dice, 50)
	case "integer", "number":
		return z.numberOf(dice, name, s)
	}
	return z.stringOf(dice, name, s)
}

func (z *apiFuzzer) numberOf(dice *rand.Rand, name string, s *schema) any {
	for suffix, noun := range map[string]string{
		"estate_id": "estates", "building_id": "buildings", "unit_id": "units", "entrance_id": "entrances", "party_id": "handling-parties", "community_id": "divisions", "town_id": "divisions",
		"scope_id": "buildings", "version": "version", "closing": "closing",
	} {
		if strings.HasSuffix(name, suffix) && len(z.known[noun]) > 0 {
			return pick(dice, z.known[noun])
		}
	}
	low, high := 0.0, 20.0
	if s.Minimum != nil {
		low = *s.Minimum
	}
	if s.Maximum != nil {
		high = *s.Maximum
	}
	return int64(low) + dice.Int64N(max(1, int64(high)-int64(low)+1))
}

func (z *apiFuzzer) stringOf(dice *rand.Rand, name string, s *schema) any {
	if list := z.known[name]; len(list) > 0 && chance(dice, 80) {
		return pick(dice, list)
	}
	switch {
	case s.Format == "uuid" || strings.HasPrefix(name, "client_id"):
		return fmt.Sprintf("20000000-0000-4000-8000-%012d", dice.IntN(1_000_000))
	case s.Format == "date-time":
		return "2026-11-20T08:00:00Z"
	case strings.Contains(name, "phone"):
		return "13911112222"
	case name == "sha256":
		return strings.Repeat("0a", 32)
	case strings.HasSuffix(name, "_to") || strings.HasSuffix(name, "date"):
		return "2027-06-01"
	}
	text := pick(dice, []string{"灯不亮", "三楼漏水，请来看看", "word", "1"})
	if s.MaxLength != nil && len([]rune(text)) > *s.MaxLength {
		text = "1"
	}
	return text
}

// written is a value as JSON, bent in some places.
func (z *apiFuzzer) written(dice *rand.Rand, value any, bent int) []byte {
	var out bytes.Buffer
	damage := 0
	if bent > 0 {
		damage = 100 / (2 + places(value)) * bent
	}
	writeJSON(&out, dice, value, damage)
	body := out.Bytes()
	if bent == 2 && chance(dice, 6) && len(body) > 0 {
		body = body[:dice.IntN(len(body))]
	}
	if bent == 2 && chance(dice, 3) {
		body = append(body, pick(dice, []string{"{}", "x", "\x00", " \n", strings.Repeat(" ", 300_000)})...)
	}
	return body
}

// places is in how many places a value can be bent.
func places(value any) (n int) {
	switch value := value.(type) {
	case map[string]any:
		for _, inner := range value {
			n += places(inner) + 1
		}
	case []any:
		for _, inner := range value {
			n += places(inner)
		}
	}
	return n
}

func writeJSON(out *bytes.Buffer, dice *rand.Rand, value any, damage int) {
	if chance(dice, damage) {
		if chance(dice, 50) {
			text, _ := json.Marshal(pick(dice, oddTexts))
			out.Write(text)
			return
		}
		out.WriteString(string(pick(dice, oddValues)))
		return
	}
	switch value := value.(type) {
	case map[string]any:
		out.WriteByte('{')
		first := true
		field := func(name string, inner any, damage int) {
			if !first {
				out.WriteByte(',')
			}
			first = false
			text, _ := json.Marshal(name)
			out.Write(text)
			out.WriteByte(':')
			writeJSON(out, dice, inner, damage)
		}
		for _, name := range slices.Sorted(maps.Keys(value)) {
			if chance(dice, damage/4) {
				continue
			}
			field(name, value[name], damage)
			if chance(dice, damage/8) {
				field(name, value[name], 50)
			}
		}
		if chance(dice, damage/3) {
			field(pick(dice, []string{"id", "role", "account_id", "__proto__", "", "ID", "\x00", spoken, "state"}), 1, 50)
		}
		out.WriteByte('}')
	case []any:
		out.WriteByte('[')
		for i, inner := range value {
			if i > 0 {
				out.WriteByte(',')
			}
			writeJSON(out, dice, inner, damage)
		}
		out.WriteByte(']')
	default:
		text, err := json.Marshal(value)
		if err != nil {
			text = []byte("null")
		}
		out.Write(text)
	}
}

// learn keeps what later requests may name: the next page, a challenge, a code that was asked for.
func (z *apiFuzzer) learn(a answered) {
	if a.code > 299 || !strings.Contains(a.header.Get("Content-Type"), "json") {
		return
	}
	var told map[string]any
	if json.Unmarshal(a.body, &told) != nil {
		return
	}
	for from, to := range map[string]string{"next": "cursor", "challenge": "challenge", "request_id": "request_id", "query_code": "query_code"} {
		if text, ok := told[from].(string); ok && len(z.known[to]) < 20 {
			z.known[to] = append(z.known[to], text)
		}
	}
}
