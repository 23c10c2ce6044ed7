package people

import (
	"context"
	"fmt"
	"io"

	"linli/models"
)

// SMS sends one text message. An error means that it may be tried again. A try whose answer was lost is made again under
// the same id, by which the receiver can tell. outbound.Gateway is one.
type SMS interface {
	Send(ctx context.Context, id, phone, text string) error
}

// LogSMS writes the message where the log goes instead of sending it: as a line for people, set apart from the records around it.
// New accepts it in the demo only.
type LogSMS struct{ Out io.Writer }

// Send writes the text.
func (l *LogSMS) Send(_ context.Context, _, phone, text string) error {
	_, err := fmt.Fprintf(l.Out, "\n>>> 演示短信（不真发）demo text message, not sent → %s: %s\n\n", models.MaskPhone(phone), text)
	return err
}
