package outbound

import (
	"net/netip"
	"strings"
	"testing"
)

// FuzzPrivate: whatever range is allowed, no address of the open Internet is in it.
func FuzzPrivate(f *testing.F) {
	for _, seed := range []string{"10.0.0.0/8", "0.0.0.0/0", "::/0", "::ffff:8.8.8.8/128", "::ffff:10.0.0.0/104", "10.0.0.1/7", "fe80::1%eth0", "2000::/3", "::ffff:0.0.0.0/95", "8.8.8.8"} {
		f.Add(seed, "8.8.8.8")
	}
	f.Fuzz(func(t *testing.T, text, address string) {
		list, err := ParsePrivate([]string{text})
		if err != nil {
			return
		}
		ip, err := netip.ParseAddr(address)
		if err != nil || !isPublic(ip) {
			return
		}
		client := New(Options{Private: list})
		if client.isPrivate(ip) {
			t.Errorf("%q allows %s", text, ip)
		}
		host := ip.String()
		if ip.Is6() {
			host = "[" + host + "]"
		}
		if client.Check("http://"+host+"/") == nil {
			t.Errorf("%q lets plain text go to %s", text, strings.TrimSpace(host))
		}
	})
}
