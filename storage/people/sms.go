package people

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"linli/storage/outbound"
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

// HTTPSMS hands messages to the gateway of a provider: POST of {"id", "phone", "text"} as JSON, signed with a shared key
// as outbound.PostSigned says.
type HTTPSMS struct {
	url    string
	key    []byte
	client *outbound.Client
	now    func() time.Time
}

// NewHTTPSMS makes a provider for LINLI_SMS_URL and LINLI_SMS_KEY. The address must be https, for it carries phone
// numbers and codes; client says which private networks it may lie in.
func NewHTTPSMS(address string, key []byte, client *outbound.Client) (*HTTPSMS, error) {
	if err := client.Check(address); err != nil {
		return nil, fmt.Errorf("LINLI_SMS_URL: %w; a gateway in a network of your own needs LINLI_OUTBOUND_PRIVATE", err)
	}
	if len(key) < 16 {
		return nil, errors.New("LINLI_SMS_KEY needs at least 16 bytes")
	}
	return &HTTPSMS{url: address, key: key, client: client, now: time.Now}, nil
}

// Send posts one message. Any answer but 2xx is an error; the error never holds the phone number or the text.
func (h *HTTPSMS) Send(ctx context.Context, id, phone, text string) error {
	body, err := json.Marshal(map[string]string{"id": id, "phone": phone, "text": text})
	if err != nil {
		return err
	}
	answer, err := h.client.PostSigned(ctx, h.url, h.key, body, h.now())
	if err != nil {
		return fmt.Errorf("sms gateway: %w", err)
	}
	if !answer.OK() {
		return fmt.Errorf("sms gateway: status %d", answer.Status)
	}
	return nil
}
