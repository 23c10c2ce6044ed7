package main

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"linli/storage/ledger"
	"linli/storage/outbound"
)

// Config is everything that can be configured. It comes from the environment only; a field with `secret` may instead
// come from the file that NAME_FILE names, and is never printed.
type Config struct {
	Addr            string        `env:"LINLI_ADDR" default:":8080" help:"where to listen, host:port"`
	DataDir         string        `env:"LINLI_DATA_DIR" default:"./data" help:"folder of the SQLite database, the photos and the sign-in keys"`
	DatabaseURL     string        `env:"LINLI_DATABASE_URL" secret:"" help:"postgres:// address; empty means SQLite in the data folder"`
	S3Endpoint      string        `env:"LINLI_S3_ENDPOINT" help:"host:port of an S3 server for the photos; empty means the data folder"`
	S3Bucket        string        `env:"LINLI_S3_BUCKET" help:"bucket of the photos; made if it is not there"`
	S3AccessKey     string        `env:"LINLI_S3_ACCESS_KEY" secret:"" help:"S3 access key"`
	S3SecretKey     string        `env:"LINLI_S3_SECRET_KEY" secret:"" help:"S3 secret key"`
	S3Region        string        `env:"LINLI_S3_REGION" default:"us-east-1" help:"S3 region"`
	S3TLS           bool          `env:"LINLI_S3_TLS" default:"1" help:"talk to the S3 server by https"`
	SecretKeys      string        `env:"LINLI_SECRET_KEYS" secret:"" help:"one or two keys of the sign-in tokens, kid:base64,kid2:base64; the first signs, both are accepted; with SQLite made once in the data folder"`
	PublicURL       string        `env:"LINLI_PUBLIC_URL" help:"https address under which people reach the server, for the QR codes of posters"`
	TLSCert         string        `env:"LINLI_TLS_CERT" help:"certificate chain file, when no proxy does https"`
	TLSKey          string        `env:"LINLI_TLS_KEY" help:"file with the certificate's key"`
	TrustedProxies  []string      `env:"LINLI_TRUSTED_PROXIES" help:"addresses or ranges of proxies whose X-Real-IP is believed, comma separated"`
	SMSProvider     string        `env:"LINLI_SMS_PROVIDER" help:"http: codes go to LINLI_SMS_URL; log: into the log, demo only"`
	SMSURL          string        `env:"LINLI_SMS_URL" help:"https address of the SMS gateway"`
	SMSKey          string        `env:"LINLI_SMS_KEY" secret:"" help:"key that signs what goes to the SMS gateway"`
	CallURL         string        `env:"LINLI_CALL_URL" help:"https address of a service that calls a number and reads a text out, for matters of life that nobody takes; empty means that they go out as text messages"`
	CallKey         string        `env:"LINLI_CALL_KEY" secret:"" help:"key that signs what goes to the call service"`
	PrivateNets     []string      `env:"LINLI_OUTBOUND_PRIVATE" help:"addresses or ranges that are not public and that the program may send to all the same, comma separated: an SMS gateway in the house"`
	LedgerKey       string        `env:"LINLI_LEDGER_KEY" secret:"" help:"key that signs the ledger's checkpoints, as linli ledger new-key prints it; empty means one that is made once and kept in the database"`
	CheckpointDir   string        `env:"LINLI_CHECKPOINT_DIR" help:"folder on another medium that gets every signed checkpoint of the ledger as a file"`
	CheckpointURL   string        `env:"LINLI_CHECKPOINT_URL" secret:"" help:"https address elsewhere that gets every signed checkpoint of the ledger by POST"`
	BackupPublic    string        `env:"LINLI_BACKUP_RECIPIENT" help:"public key (age1…) for which backups are encrypted; several are separated by commas"`
	BackupSecret    string        `env:"LINLI_BACKUP_IDENTITY" secret:"" help:"secret key that opens backups, for linli restore and linli backup verify; never on the machine that serves"`
	CopyDir         string        `env:"LINLI_COPY_DIR" help:"folder on another medium in which a continuous, encrypted copy of SQLite and its photos is kept; needs LINLI_BACKUP_RECIPIENT"`
	CopyS3Endpoint  string        `env:"LINLI_COPY_S3_ENDPOINT" help:"host:port of an S3 server elsewhere that has the continuous copy instead of a folder"`
	CopyS3Bucket    string        `env:"LINLI_COPY_S3_BUCKET" help:"bucket of the copy; made if it is not there"`
	CopyS3AccessKey string        `env:"LINLI_COPY_S3_ACCESS_KEY" secret:"" help:"access key of the copy's server"`
	CopyS3SecretKey string        `env:"LINLI_COPY_S3_SECRET_KEY" secret:"" help:"secret key of the copy's server"`
	CopyS3Region    string        `env:"LINLI_COPY_S3_REGION" default:"us-east-1" help:"region of the copy's server"`
	CopyS3TLS       bool          `env:"LINLI_COPY_S3_TLS" default:"1" help:"talk to the copy's server by https"`
	MetricsAddr     string        `env:"LINLI_METRICS_ADDR" help:"where Prometheus may ask, for example 127.0.0.1:9090; empty means nowhere"`
	CountyName      string        `env:"LINLI_COUNTY_NAME" default:"孟津区" help:"name shown before signing in"`
	Demo            bool          `env:"LINLI_DEMO" default:"0" help:"1 fills an empty database with the demo county and shows its sign-ins; never for real people"`
	FilingsPerDay   int           `env:"LINLI_FILINGS_PER_DAY" default:"20" help:"how many tickets one account may file for itself within a day; ten times as many for neighbours; matters of life are counted apart; 0 is no limit"`
	DrainTime       time.Duration `env:"LINLI_DRAIN_TIME" default:"3s" help:"how long /readyz says no before the last requests are finished, when stopping"`
}

// testPrefix is for the settings of the tests, which the program ignores.
const testPrefix = "LINLI_TEST_"

// loadConfig reads an environment. A LINLI_ name that it does not know is an error: it is a typing mistake, and a
// setting that is silently not used is worse than a program that does not start.
func loadConfig(environ []string) (Config, error) {
	var c Config
	given := map[string]string{}
	for _, entry := range environ {
		name, value, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, "LINLI_") && !strings.HasPrefix(name, testPrefix) {
			given[name] = value
		}
	}
	var problems []error
	for _, s := range settings(&c) {
		value, err := s.take(given)
		if err == nil {
			err = s.set(value)
		}
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", s.name, err))
		}
	}
	for name := range given {
		problems = append(problems, fmt.Errorf("%s: there is no such setting; see `linli config`", name))
	}
	slices.SortFunc(problems, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	if len(problems) > 0 {
		return c, errors.Join(problems...)
	}
	return c, c.check()
}

// setting is one field of Config seen from outside.
type setting struct {
	name, fallback, help string
	secret               bool
	field                reflect.Value
}

func settings(c *Config) []setting {
	var list []setting
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		_, secret := tag.Lookup("secret")
		list = append(list, setting{
			name:     tag.Get("env"),
			fallback: tag.Get("default"),
			help:     tag.Get("help"),
			secret:   secret,
			field:    v.Field(i),
		})
	}
	return list
}

// take finds the value and strikes its names off the list.
func (s setting) take(given map[string]string) (string, error) {
	value, direct := given[s.name]
	delete(given, s.name)
	file, byFile := "", false
	if s.secret {
		file, byFile = given[s.name+"_FILE"]
		delete(given, s.name+"_FILE")
	}
	switch {
	case direct && byFile:
		return "", errors.New("is given both as a value and as a file")
	case byFile:
		return readSecret(file)
	case direct:
		return value, nil
	}
	return s.fallback, nil
}

// readSecret reads a file that nobody but its owner and group may read. Container engines mount secrets under
// /run/secrets, readable to all inside the container, which is their business.
func readSecret(file string) (string, error) {
	info, err := os.Stat(file)
	if err != nil {
		return "", err
	}
	if info.Mode().Perm()&0o007 != 0 && !strings.HasPrefix(file, "/run/secrets/") {
		return "", fmt.Errorf("file %s can be read by everybody on this machine; run: chmod o= %s", file, file)
	}
	b, err := os.ReadFile(file)
	return strings.TrimRight(string(b), "\r\n"), err
}

func (s setting) set(value string) error {
	switch field := s.field.Addr().Interface().(type) {
	case *string:
		*field = value
	case *bool:
		return setBool(field, value)
	case *int:
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 {
			return errors.New("is not a whole number from 0")
		}
		*field = n
	case *time.Duration:
		d, err := time.ParseDuration(value)
		if err != nil || d < 0 {
			return errors.New("is not a time like 3s or 1m")
		}
		*field = d
	case *[]string:
		*field = fieldsOf(value)
	default:
		return fmt.Errorf("nobody knows how to read a %T", field)
	}
	return nil
}

func setBool(field *bool, value string) error {
	switch value {
	case "1", "true":
		*field = true
	case "0", "false", "":
		*field = false
	default:
		return errors.New("is neither 1 nor 0")
	}
	return nil
}

func fieldsOf(value string) []string {
	return strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
}

// photosKind says in one word where the photos go.
func (c Config) photosKind() string {
	if c.S3Endpoint == "" {
		return "folder"
	}
	return "s3"
}

// check looks at what only makes sense together.
func (c Config) check() error {
	var problems []error
	wrong := func(format string, values ...any) { problems = append(problems, fmt.Errorf(format, values...)) }
	if _, _, err := net.SplitHostPort(c.Addr); err != nil {
		wrong("LINLI_ADDR: %q is not host:port", c.Addr)
	}
	if c.MetricsAddr != "" {
		if _, _, err := net.SplitHostPort(c.MetricsAddr); err != nil {
			wrong("LINLI_METRICS_ADDR: %q is not host:port", c.MetricsAddr)
		}
	}
	if (c.TLSCert == "") != (c.TLSKey == "") {
		wrong("LINLI_TLS_CERT and LINLI_TLS_KEY go together")
	}
	if c.S3Endpoint != "" && (c.S3Bucket == "" || c.S3AccessKey == "" || c.S3SecretKey == "") {
		wrong("LINLI_S3_ENDPOINT needs LINLI_S3_BUCKET, LINLI_S3_ACCESS_KEY and LINLI_S3_SECRET_KEY")
	}
	if c.S3Endpoint == "" && c.S3Bucket+c.S3AccessKey+c.S3SecretKey != "" {
		wrong("LINLI_S3_BUCKET and the S3 keys are given, but no LINLI_S3_ENDPOINT")
	}
	for _, proxy := range c.TrustedProxies {
		if !isNetwork(proxy) {
			wrong("LINLI_TRUSTED_PROXIES: %q is neither an address nor a range", proxy)
		}
	}
	if _, err := outbound.ParsePrivate(c.PrivateNets); err != nil {
		wrong("LINLI_OUTBOUND_PRIVATE: %w", err)
	}
	if (c.CallURL == "") != (c.CallKey == "") {
		wrong("LINLI_CALL_URL and LINLI_CALL_KEY go together")
	}
	if c.PublicURL != "" {
		if u, err := url.Parse(c.PublicURL); err != nil || u.Host == "" || (u.Scheme != "https" && u.Scheme != "http") || strings.HasSuffix(c.PublicURL, "/") {
			wrong("LINLI_PUBLIC_URL: %q is not an address like https://linli.example.cn", c.PublicURL)
		}
	}
	if _, err := parseKeys(c.SecretKeys); c.SecretKeys != "" && err != nil {
		wrong("LINLI_SECRET_KEYS: %w", err)
	}
	if c.LedgerKey != "" {
		if _, err := ledger.NewSigner(c.LedgerKey); err != nil {
			wrong("LINLI_LEDGER_KEY: %w", err)
		}
	}
	problems = append(problems, c.checkSMS(), c.checkCopy())
	return errors.Join(problems...)
}

// checkSMS leaves out that a provider is there at all: only serving needs one.
func (c Config) checkSMS() error {
	switch c.SMSProvider {
	case "":
	case "log":
		if !c.Demo {
			return errors.New("LINLI_SMS_PROVIDER=log writes sign-in codes into the log, so it works only with LINLI_DEMO=1")
		}
	case "http":
		if c.SMSURL == "" || c.SMSKey == "" {
			return errors.New("LINLI_SMS_PROVIDER=http needs LINLI_SMS_URL and LINLI_SMS_KEY")
		}
	default:
		return fmt.Errorf("LINLI_SMS_PROVIDER: %q is neither http nor log", c.SMSProvider)
	}
	return nil
}

func isNetwork(s string) bool {
	if _, err := netip.ParseAddr(s); err == nil {
		return true
	}
	_, err := netip.ParsePrefix(s)
	return err == nil
}

// secretKey is a named key of the sign-in tokens.
type secretKey struct {
	ID  string
	Key []byte
}

var kidPattern = regexp.MustCompile(`^[a-zA-Z0-9_-]{1,20}$`)

// parseKeys reads kid:base64,kid2:base64. A key has at least 32 bytes.
func parseKeys(text string) ([]secretKey, error) {
	var keys []secretKey
	for _, part := range fieldsOf(text) {
		id, encoded, found := strings.Cut(part, ":")
		if !found || !kidPattern.MatchString(id) {
			return nil, fmt.Errorf("key %d is not kid:base64; `linli new-key` makes one", len(keys)+1)
		}
		key, err := base64.StdEncoding.DecodeString(encoded)
		if err != nil {
			return nil, fmt.Errorf("key %q is not base64", id)
		}
		if len(key) < 32 {
			return nil, fmt.Errorf("key %q has %d bytes, need at least 32", id, len(key))
		}
		if slices.ContainsFunc(keys, func(k secretKey) bool { return k.ID == id }) {
			return nil, fmt.Errorf("key %q is there twice", id)
		}
		keys = append(keys, secretKey{id, key})
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no key; `linli new-key` makes one")
	}
	return keys, nil
}

// print writes every setting with its value, secrets hidden.
func (c Config) print(w io.Writer) {
	for _, s := range settings(&c) {
		value := s.text()
		if s.secret && value != "" {
			value = "(hidden)"
		}
		extra := ""
		if s.secret {
			extra = "; or " + s.name + "_FILE"
		}
		fmt.Fprintf(w, "# %s%s\n%s=%s\n", s.help, extra, s.name, value)
	}
}

func (s setting) text() string {
	switch value := s.field.Interface().(type) {
	case bool:
		return strconv.Itoa(map[bool]int{true: 1}[value])
	case []string:
		return strings.Join(value, ",")
	default:
		return fmt.Sprint(value)
	}
}
