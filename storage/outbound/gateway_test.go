package outbound

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestGateway(t *testing.T) {
	key := []byte("a shared key of the gateway")
	status := http.StatusOK
	var got struct{ ID, Phone, Text string }
	gateway := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mac := hmac.New(sha256.New, key)
		mac.Write([]byte(r.Header.Get("X-Linli-Time") + "."))
		mac.Write(body)
		if r.Header.Get("X-Linli-Signature") != hex.EncodeToString(mac.Sum(nil)) {
			t.Error("the signature does not fit")
		}
		json.Unmarshal(body, &got)
		if status == http.StatusFound {
			w.Header().Set("Location", "http://127.0.0.1:1/")
		}
		w.WriteHeader(status)
	}))
	defer gateway.Close()
	here, err := ParsePrivate([]string{"127.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	client := New(Options{Private: here})
	sms, err := NewGateway("sms gateway", "LINLI_SMS", gateway.URL, key, client)
	if err != nil {
		t.Fatal(err)
	}
	if err := sms.Send(t.Context(), "sign_in_code/a", "13800000001", "验证码 123456"); err != nil || got.ID != "sign_in_code/a" || got.Phone != "13800000001" || got.Text != "验证码 123456" {
		t.Fatalf("%v, %+v", err, got)
	}
	for _, status = range []int{http.StatusFound, http.StatusForbidden, http.StatusInternalServerError} {
		err := sms.Send(t.Context(), "sign_in_code/a", "13800000001", "验证码 123456")
		if err == nil {
			t.Errorf("status %d counts as sent", status)
		} else if strings.Contains(err.Error(), "138") || strings.Contains(err.Error(), "123456") {
			t.Errorf("the error tells what was sent: %v", err)
		}
	}
	gateway.Close()
	if err := sms.Send(t.Context(), "sign_in_code/a", "13800000001", "x"); err == nil || strings.Contains(err.Error(), "138") {
		t.Errorf("%v", err)
	}
	for _, bad := range []string{"", "http://sms.example.com/", "ftp://sms.example.com/", "::", "https://10.0.0.1/", "http://localhost:9/"} {
		if _, err := NewGateway("sms gateway", "LINLI_SMS", bad, key, client); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
	if _, err := NewGateway("sms gateway", "LINLI_SMS", gateway.URL, key, New(Options{})); err == nil {
		t.Error("a gateway in the house was taken although nobody allowed it")
	}
	if _, err := NewGateway("sms gateway", "LINLI_SMS", "https://sms.example.com/", []byte("short"), client); err == nil {
		t.Error("a short key was taken")
	}
}
