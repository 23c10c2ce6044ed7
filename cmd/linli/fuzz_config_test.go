package main

import (
	"bytes"
	"encoding/base64"
	"strings"
	"testing"
)

// FuzzConfig: whatever the environment says, a fault names its setting and tells no secret; what is taken is printed so
// that it is taken again, without its secrets.
func FuzzConfig(f *testing.F) {
	var list []string
	for _, s := range settings(&Config{}) {
		list = append(list, s.name)
	}
	for i := range list {
		for _, value := range []string{"", "1", "x", "127.0.0.1:80", "k:MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "postgres://u:geheim@%zz/", "3s", "-1s", "10.0.0.0/8,::1", "https://a.example/", "\x00", "a\nb"} {
			f.Add(i, value)
		}
	}
	f.Fuzz(func(t *testing.T, which int, value string) {
		i := int(uint(which) % uint(len(list)))
		if strings.ContainsAny(value, "\x00\n") {
			return // no environment holds these
		}
		c, err := loadConfig([]string{list[i] + "=" + value})
		secret := settings(&Config{})[i].secret
		if err != nil {
			if !strings.Contains(err.Error(), "LINLI_") || secret && len(value) > 12 && strings.Contains(err.Error(), value) {
				t.Errorf("%s=%q: %v", list[i], value, err)
			}
			return
		}
		var out bytes.Buffer
		c.print(&out)
		if secret && len(value) > 12 && strings.Contains(out.String(), value) {
			t.Errorf("%s=%q is printed", list[i], value)
		}
		var environ []string
		for line := range strings.Lines(out.String()) {
			if line = strings.TrimSuffix(line, "\n"); strings.HasPrefix(line, "LINLI_") && !strings.HasSuffix(line, "=(hidden)") {
				environ = append(environ, line)
			}
		}
		if again, err := loadConfig(environ); !secret && (err != nil || !strings.EqualFold(printed(again), out.String())) {
			t.Errorf("%s=%q is printed as\n%s\nand that is taken as\n%s%v", list[i], value, out.String(), printed(again), err)
		}
	})
}

func printed(c Config) string {
	var out bytes.Buffer
	c.print(&out)
	return out.String()
}

// FuzzSecretKeys: what is taken are one or more keys of 32 bytes at least, each with a name of its own; a fault never
// tells a key.
func FuzzSecretKeys(f *testing.F) {
	good := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for _, seed := range []string{"a:" + good, "a:" + good + ",b:" + good, "a:" + good + ",a:" + good, "a:", ":" + good, "a b:" + good, "a:AAAA", "a:" + good + "!"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := parseKeys(text)
		if err != nil {
			for _, part := range fieldsOf(text) {
				if _, key, _ := strings.Cut(part, ":"); len(key) > 24 && strings.Contains(err.Error(), key) {
					t.Errorf("%v", err)
				}
			}
			return
		}
		seen := map[string]bool{}
		for _, k := range keys {
			if len(k.Key) < 32 || k.ID == "" || seen[k.ID] {
				t.Errorf("%q gives %q with %d bytes", text, k.ID, len(k.Key))
			}
			seen[k.ID] = true
		}
		if len(keys) == 0 {
			t.Errorf("%q gives no key", text)
		}
	})
}
