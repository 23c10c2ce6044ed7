// Package built starts the built program for a trial or a measurement: on a free port, with settings that let a few
// accounts stand for a whole county and send nothing to anybody.
package built

import (
	"context"
	"errors"
	"net"
	"net/http"
	"os"
	"time"
)

// FreeAddress is an address of this machine that nobody listens on at the moment.
func FreeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// Environ are the settings of a program that listens on addr. Messages go to a port where nobody is, behind the key given.
func Environ(addr, smsKey string) []string {
	return []string{
		"PATH=" + os.Getenv("PATH"), "LINLI_ADDR=" + addr, "LINLI_DRAIN_TIME=0s", "LINLI_TRUSTED_PROXIES=127.0.0.1",
		"LINLI_FILINGS_PER_DAY=0", // a few accounts write for a whole county
		"LINLI_SMS_PROVIDER=http", "LINLI_SMS_URL=http://127.0.0.1:9/", "LINLI_OUTBOUND_PRIVATE=127.0.0.1", "LINLI_SMS_KEY=" + smsKey,
	}
}

// Answers waits until the program at url answers, at most a minute; every is the time between two looks. ended says why
// it ended by itself, or nothing.
func Answers(ctx context.Context, url string, every time.Duration, ended func() error) error {
	client := &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	deadline := time.Now().Add(time.Minute)
	for time.Now().Before(deadline) && ctx.Err() == nil {
		if answer, err := client.Get(url + "/healthz"); err == nil {
			answer.Body.Close()
			return nil
		}
		if err := ended(); err != nil {
			return err
		}
		time.Sleep(every)
	}
	return errors.Join(errors.New("no answer within a minute"), ctx.Err())
}
