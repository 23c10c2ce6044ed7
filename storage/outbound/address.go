package outbound

import (
	"fmt"
	"net/netip"
	"net/url"
	"slices"
)

// Check looks at an address when it is saved or read from the settings, without asking anybody. Where its name leads
// is looked at again each time that something is sent there.
func (c *Client) Check(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Opaque != "" || len(address) > 2048 {
		return ErrAddress
	}
	figures, err := netip.ParseAddr(u.Hostname())
	written := err == nil
	if written && !c.mayReach(figures) {
		return ErrNotPublic
	}
	switch u.Scheme {
	case "https":
		return nil
	case "http":
		if written && c.isPrivate(figures) {
			return nil
		}
	}
	return ErrAddress
}

func (c *Client) mayReach(ip netip.Addr) bool { return isPublic(ip) || c.isPrivate(ip) }

func (c *Client) isPrivate(ip netip.Addr) bool {
	return slices.ContainsFunc(c.private, func(p netip.Prefix) bool { return p.Contains(ip.Unmap()) })
}

// ParsePrivate reads what LINLI_OUTBOUND_PRIVATE names: addresses and ranges that are not public. A range that holds
// public addresses is refused, or one careless 0.0.0.0/0 would open everything.
func ParsePrivate(texts []string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, text := range texts {
		p, err := netip.ParsePrefix(text)
		if ip, bad := netip.ParseAddr(text); bad == nil && ip.Zone() == "" {
			p, err = netip.PrefixFrom(ip, ip.BitLen()), nil
		}
		if err != nil {
			return nil, fmt.Errorf("%q is neither an address nor a range", text)
		}
		p = p.Masked()
		if !slices.ContainsFunc(notPublic, func(closed netip.Prefix) bool { return closed.Overlaps(p) && closed.Bits() <= p.Bits() }) {
			return nil, fmt.Errorf("%q is not within a private range", text)
		}
		list = append(list, p)
	}
	return list, nil
}

// notPublic are the ranges that lead to this machine, to its neighbours, to nobody, or through a translation to any of
// these (the special-purpose registries of IANA).
var notPublic = prefixes(
	"0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24",
	"192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
	"::/3", "4000::/2", "8000::/1", // all but 2000::/3: this machine, one house, one link, many at once, IPv4 in disguise
	"2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", // tunnels, documentation
)

func prefixes(texts ...string) []netip.Prefix {
	list := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		list[i] = netip.MustParsePrefix(text)
	}
	return list
}

// isPublic reports whether anybody on the Internet could reach ip as well as we.
func isPublic(ip netip.Addr) bool {
	if !ip.IsValid() || ip.Zone() != "" {
		return false
	}
	ip = ip.Unmap()
	return !slices.ContainsFunc(notPublic, func(p netip.Prefix) bool { return p.Contains(ip) })
}
