package main

import (
	"encoding/base64"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestConfigDefaults(t *testing.T) {
	c, err := loadConfig([]string{"HOME=/root", "LINLI_TEST_POSTGRES=postgres://x"})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != ":8080" || c.DataDir != "./data" || c.Demo || !c.S3TLS || c.DrainTime != 3*time.Second || len(c.TrustedProxies) != 0 {
		t.Errorf("%+v", c)
	}
}

func TestConfigReads(t *testing.T) {
	c, err := loadConfig([]string{
		"LINLI_ADDR=127.0.0.1:9000", "LINLI_DEMO=1", "LINLI_S3_TLS=0", "LINLI_DRAIN_TIME=0s",
		"LINLI_TRUSTED_PROXIES=10.0.0.0/8, 127.0.0.1",
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.Addr != "127.0.0.1:9000" || !c.Demo || c.S3TLS || c.DrainTime != 0 || strings.Join(c.TrustedProxies, "|") != "10.0.0.0/8|127.0.0.1" {
		t.Errorf("%+v", c)
	}
}

func TestConfigRefuses(t *testing.T) {
	short := base64.StdEncoding.EncodeToString(make([]byte, 31))
	whole := base64.StdEncoding.EncodeToString(make([]byte, 32))
	for name, c := range map[string]struct{ environ, want string }{
		"unknown name":         {"LINLI_ADDRESS=:1", "LINLI_ADDRESS: there is no such setting"},
		"file of a non-secret": {"LINLI_ADDR_FILE=/x", "LINLI_ADDR_FILE: there is no such setting"},
		"address":              {"LINLI_ADDR=8080", `LINLI_ADDR: "8080" is not host:port`},
		"switch":               {"LINLI_DEMO=yes", "LINLI_DEMO: is neither 1 nor 0"},
		"number":               {"LINLI_FILINGS_PER_DAY=-1", "LINLI_FILINGS_PER_DAY: is not a whole number"},
		"time":                 {"LINLI_DRAIN_TIME=3", "LINLI_DRAIN_TIME: is not a time"},
		"half of TLS":          {"LINLI_TLS_CERT=a.pem", "LINLI_TLS_CERT and LINLI_TLS_KEY go together"},
		"half of S3":           {"LINLI_S3_ENDPOINT=s3:7070", "LINLI_S3_ENDPOINT needs"},
		"other half of S3":     {"LINLI_S3_BUCKET=photos", "no LINLI_S3_ENDPOINT"},
		"proxy":                {"LINLI_TRUSTED_PROXIES=proxy.example", "neither an address nor a range"},
		"everything private":   {"LINLI_OUTBOUND_PRIVATE=0.0.0.0/0", "is not within a private range"},
		"private name":         {"LINLI_OUTBOUND_PRIVATE=gateway.local", "neither an address nor a range"},
		"public address":       {"LINLI_PUBLIC_URL=linli.example", "is not an address"},
		"log without demo":     {"LINLI_SMS_PROVIDER=log", "works only with LINLI_DEMO=1"},
		"http without address": {"LINLI_SMS_PROVIDER=http", "needs LINLI_SMS_URL"},
		"calls without a key":  {"LINLI_CALL_URL=https://calls.example.cn/", "LINLI_CALL_KEY go together"},
		"other provider":       {"LINLI_SMS_PROVIDER=pigeon", "neither http nor log"},
		"short key":            {"LINLI_SECRET_KEYS=k1:" + short, "has 31 bytes, need at least 32"},
		"key without kid":      {"LINLI_SECRET_KEYS=" + whole, "is not kid:base64"},
		"key twice":            {"LINLI_SECRET_KEYS=a:" + whole + ",a:" + whole, "is there twice"},
		"no base64":            {"LINLI_SECRET_KEYS=a:%%%", "is not base64"},
		"no such file":         {"LINLI_SMS_KEY_FILE=/nowhere/at/all", "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := loadConfig([]string{c.environ})
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %s", err, c.want)
			}
			if err != nil && strings.Contains(err.Error(), short) {
				t.Errorf("the message tells the key: %v", err)
			}
		})
	}
}

func TestConfigTellsAllMistakesAtOnce(t *testing.T) {
	_, err := loadConfig([]string{"LINLI_DEMO=maybe", "LINLI_ADRESS=x", "LINLI_DRAIN_TIME=soon"})
	if err == nil || strings.Count(err.Error(), "LINLI_") < 3 {
		t.Errorf("%v", err)
	}
}

func TestSecretFromFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "key")
	if err := os.WriteFile(file, []byte("from the file\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := loadConfig([]string{"LINLI_SMS_KEY_FILE=" + file})
	if err != nil || c.SMSKey != "from the file" {
		t.Errorf("%q, %v", c.SMSKey, err)
	}
	if _, err := loadConfig([]string{"LINLI_SMS_KEY_FILE=" + file, "LINLI_SMS_KEY=x"}); err == nil || !strings.Contains(err.Error(), "both") {
		t.Errorf("given twice: %v", err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := loadConfig([]string{"LINLI_SMS_KEY_FILE=" + file}); err == nil || !strings.Contains(err.Error(), "chmod") {
		t.Errorf("readable to everybody: %v", err)
	}
}

func TestPrintHidesSecrets(t *testing.T) {
	whole := base64.StdEncoding.EncodeToString(make([]byte, 32))
	environ := []string{
		"LINLI_DATABASE_URL=postgres://u:pa55word@h/d", "LINLI_SMS_KEY=pa55word", "LINLI_SECRET_KEYS=k1:" + whole,
		"LINLI_S3_ENDPOINT=s3:1", "LINLI_S3_BUCKET=photos", "LINLI_S3_ACCESS_KEY=pa55word", "LINLI_S3_SECRET_KEY=pa55word",
	}
	c, err := loadConfig(environ)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	c.print(&b)
	if strings.Contains(b.String(), "pa55word") || strings.Contains(b.String(), whole) {
		t.Errorf("a secret is printed:\n%s", b.String())
	}
	for _, line := range []string{"LINLI_ADDR=:8080\n", "LINLI_DATABASE_URL=(hidden)\n", "LINLI_S3_BUCKET=photos\n", "LINLI_DEMO=0\n", "LINLI_DRAIN_TIME=3s\n"} {
		if !strings.Contains(b.String(), line) {
			t.Errorf("no line %q in\n%s", line, b.String())
		}
	}
}

// TestSettingsStandInTheHandbook holds docs/ops.md to the settings that the program knows, each by its full name, so that
// whoever searches for one finds it.
func TestSettingsStandInTheHandbook(t *testing.T) {
	page, err := os.ReadFile("../../docs/ops.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "\n## Settings")
	table, _, _ = strings.Cut(table, "\n### Secrets")
	told := map[string]bool{}
	for _, name := range regexp.MustCompile("`(LINLI_[A-Z0-9_]+)`").FindAllStringSubmatch(table, -1) {
		told[strings.TrimSuffix(name[1], "_FILE")] = true
	}
	settings := reflect.TypeFor[Config]()
	for i := range settings.NumField() {
		name := settings.Field(i).Tag.Get("env")
		if !told[name] {
			t.Errorf("docs/ops.md does not tell of %s by its full name", name)
		}
		delete(told, name)
	}
	for name := range told {
		t.Errorf("docs/ops.md tells of %s, which nobody reads", name)
	}
}
