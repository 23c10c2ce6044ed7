package outbound

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Gateway hands what a phone is to be told to a provider, which sends it as a text message or reads it out: POST of {"id",
// "phone", "text"} as JSON, signed with a shared key as PostSigned says.
type Gateway struct {
	what   string // for the errors
	url    string
	key    []byte
	client *Client
	now    func() time.Time
}

// NewGateway makes a provider of the settings that begin with setting, as in LINLI_SMS_URL and LINLI_SMS_KEY; what names it
// in errors. The address must be https, for it carries phone numbers and codes; client says which private networks it may
// lie in.
func NewGateway(what, setting, address string, key []byte, client *Client) (*Gateway, error) {
	if err := client.Check(address); err != nil {
		return nil, fmt.Errorf("%s_URL: %w; a gateway in a network of your own needs LINLI_OUTBOUND_PRIVATE", setting, err)
	}
	if len(key) < 16 {
		return nil, fmt.Errorf("%s_KEY needs at least 16 bytes", setting)
	}
	return &Gateway{what: what, url: address, key: key, client: client, now: time.Now}, nil
}

// Send posts one message. Any answer but 2xx is an error; the error never holds the phone number or the text.
func (g *Gateway) Send(ctx context.Context, id, phone, text string) error {
	body, err := json.Marshal(map[string]string{"id": id, "phone": phone, "text": text})
	if err != nil {
		return err
	}
	answer, err := g.client.PostSigned(ctx, g.url, g.key, body, g.now())
	if err != nil {
		return fmt.Errorf("%s: %w", g.what, err)
	}
	if !answer.OK() {
		return fmt.Errorf("%s: status %d", g.what, answer.Status)
	}
	return nil
}
