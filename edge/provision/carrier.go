package provision

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"syscall"
	"time"

	"comptoir/office/provisioning"
)

// Carrier sends webhooks. The owner names the address, so one on the own network is fine; but no
// redirect is followed, no proxy is asked, and addresses that only this machine's link or cloud
// answers at (169.254.0.0/16, fe80::/10, those of clouds elsewhere) are refused whatever a name points to.
type Carrier struct{ client *http.Client }

// NewCarrier makes the carrier of webhooks.
func NewCarrier() *Carrier {
	dialer := &net.Dialer{Timeout: 5 * time.Second, Control: onlyOwn}
	return &Carrier{&http.Client{Timeout: 10 * time.Second,
		Transport:     &http.Transport{Proxy: nil, DialContext: dialer.DialContext, TLSHandshakeTimeout: 5 * time.Second, ResponseHeaderTimeout: 10 * time.Second, MaxResponseHeaderBytes: 16 << 10, MaxIdleConns: 8, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

var errRefusedAddress = errors.New("provision: an address that no webhook is sent to")

// onlyOwn looks at the address that a name came to, just before it is called.
func onlyOwn(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return errRefusedAddress
	}
	if ip = ip.Unmap().WithZone(""); translated.Contains(ip) { // an IPv4 address in the clothes of IPv6
		b := ip.As16()
		ip = netip.AddrFrom4([4]byte(b[12:]))
	}
	if ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() || slices.Contains(ofClouds, ip) {
		return errRefusedAddress
	}
	return nil
}

// translated is the prefix of RFC 6052; ofClouds tell whoever asks the secrets of the machine.
var (
	translated = netip.MustParsePrefix("64:ff9b::/96")
	ofClouds   = []netip.Addr{netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("100.100.100.200")}
)

// Send posts one event and gives the status that came back, or why none did. What the answer
// says is not read: it is nobody's to show.
func (c *Carrier) Send(ctx context.Context, m provisioning.Message) (status int, why string) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return 0, "fault.api.url"
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Comptoir-Webhooks/1")
	r.Header.Set("Comptoir-Event", m.Kind)
	r.Header.Set("Comptoir-Event-Id", m.EventID)
	r.Header.Set("Comptoir-Signature", m.Signature)
	answer, err := c.client.Do(r)
	if err != nil {
		return 0, whyNot(err)
	}
	_, _ = io.CopyN(io.Discard, answer.Body, 4<<10) // so that the connection can serve again
	if err := answer.Body.Close(); err != nil {
		return answer.StatusCode, ""
	}
	return answer.StatusCode, ""
}

func whyNot(err error) string {
	var timeout net.Error
	var name *net.DNSError
	switch {
	case errors.Is(err, errRefusedAddress):
		return "fault.api.hook_refused"
	case errors.As(err, &name):
		return "fault.api.hook_name"
	case errors.As(err, &timeout) && timeout.Timeout():
		return "fault.api.hook_slow"
	}
	return "fault.api.hook_silent"
}
