package people

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// SMS sends one text message. An error means that it may be tried again. A try whose answer was lost is made again under
// the same id, by which the receiver can tell.
type SMS interface {
	Send(ctx context.Context, id, phone, text string) error
}

// LogSMS writes the message to the log instead of sending it. New accepts it in the demo only.
type LogSMS struct{ Log *slog.Logger }

// Send logs the text.
func (l *LogSMS) Send(_ context.Context, _, phone, text string) error {
	l.Log.Info("demo: text message not sent", "phone", phone, "text", text)
	return nil
}

// HTTPSMS hands messages to the gateway of a provider: POST of {"id", "phone", "text"} as JSON, signed with a shared key.
// The gateway checks X-Linli-Signature, hex HMAC-SHA256 over X-Linli-Time (Unix seconds), a dot, and the body.
type HTTPSMS struct {
	url    string
	key    []byte
	client *http.Client
	now    func() time.Time
}

// NewHTTPSMS makes a provider for LINLI_SMS_URL and LINLI_SMS_KEY. The address must be https, or http on this machine.
func NewHTTPSMS(address string, key []byte) (*HTTPSMS, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return nil, errors.New("LINLI_SMS_URL is not an address")
	}
	local := u.Hostname() == "127.0.0.1" || u.Hostname() == "localhost" || u.Hostname() == "::1"
	if u.Scheme != "https" && !(u.Scheme == "http" && local) {
		return nil, errors.New("LINLI_SMS_URL must be https: it carries phone numbers and codes")
	}
	if len(key) < 16 {
		return nil, errors.New("LINLI_SMS_KEY needs at least 16 bytes")
	}
	client := &http.Client{
		Timeout:       10 * time.Second,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return &HTTPSMS{url: address, key: key, client: client, now: time.Now}, nil
}

// Send posts one message. Any answer but 2xx is an error; the error never holds the phone number or the text.
func (h *HTTPSMS) Send(ctx context.Context, id, phone, text string) error {
	body, err := json.Marshal(map[string]string{"id": id, "phone": phone, "text": text})
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, h.url, bytes.NewReader(body))
	if err != nil {
		return errors.New("sms gateway: address")
	}
	moment := strconv.FormatInt(h.now().Unix(), 10)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Linli-Time", moment)
	request.Header.Set("X-Linli-Signature", h.sign(moment, body))
	answer, err := h.client.Do(request)
	if err != nil {
		return errors.New("sms gateway: no answer")
	}
	defer answer.Body.Close()
	io.Copy(io.Discard, io.LimitReader(answer.Body, 4096))
	if answer.StatusCode/100 != 2 {
		return fmt.Errorf("sms gateway: status %d", answer.StatusCode)
	}
	return nil
}

func (h *HTTPSMS) sign(moment string, body []byte) string {
	mac := hmac.New(sha256.New, h.key)
	mac.Write([]byte(moment + "."))
	mac.Write(body)
	return hex.EncodeToString(mac.Sum(nil))
}
