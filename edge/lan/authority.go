// Package lan puts the portal on the local network: a certificate authority of the
// company's own, a listener that speaks TLS and sends plain HTTP on to it, the machine's
// addresses, and its name by mDNS.
//
// What lives here: certificates and their renewal, listening, limits of connections. What
// must not: pages (edge/portal gives the handler for plain HTTP), where the sealed keys
// are kept (the Store that is passed in). Called by edge/portal and the composition root.
package lan

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// Store keeps sealed secrets by name; Load gives nil for one that was never saved.
type Store interface {
	Load(ctx context.Context, name string) ([]byte, error)
	Save(ctx context.Context, name string, sealed []byte) error
}

// Sealer makes secrets unreadable outside of this company; edge/keys behind it.
type Sealer interface {
	Seal(name string, secret []byte) ([]byte, error)
	Open(name string, sealed []byte) ([]byte, error)
}

// Names under which the keys are kept.
const (
	caName   = "portal-ca"
	leafName = "portal-leaf"
)

// Lives of certificates. Devices refuse leaves of more than 825 days even from an
// authority of one's own; renewal begins long before the end, so that a machine that was
// off for three weeks is still right.
const (
	caLife     = 10 * 365 * 24 * time.Hour
	leafLife   = 390 * 24 * time.Hour
	leafRenew  = 45 * 24 * time.Hour
	namesEvery = time.Minute // how often the machine's names are looked at again
	backdate   = 24 * time.Hour
)

// Config of an Authority. Names gives the host names and addresses that the leaf must
// stand for; it is asked again now and then, since a laptop changes its network.
type Config struct {
	Store  Store
	Sealer Sealer
	Firm   string // shown in the list of authorities on the device
	Names  func() []string
	// Chosen is the host name that the owner chose for links, "" for none. An authority that
	// may not speak for it is made anew: nothing else would make that name work.
	Chosen string
	Clock  func() time.Time
	Log    *slog.Logger
}

// Authority makes and renews the portal's certificates.
type Authority struct {
	c  Config
	ca *x509.Certificate

	mu      sync.Mutex
	leaf    *tls.Certificate
	checked time.Time
}

// OpenAuthority reads the authority, or makes one at first use.
func OpenAuthority(ctx context.Context, c Config) (*Authority, error) {
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	a := &Authority{c: c}
	pair, err := a.load(ctx, caName)
	if err != nil {
		return nil, err
	}
	refused := pair != nil && c.Chosen != "" && !permitted(c.Chosen, pair.Leaf)
	if pair == nil || refused || a.c.Clock().After(pair.Leaf.NotAfter.Add(-leafLife)) {
		if pair, err = a.makeCA(ctx); err != nil {
			return nil, err
		}
	}
	a.ca = pair.Leaf
	if refused {
		a.c.Log.WarnContext(ctx, "portal authority made anew for the chosen host name: devices that trusted the old one must trust this one", "host", c.Chosen, "fingerprint", a.Fingerprint())
	}
	if a.leaf, err = a.load(ctx, leafName); err != nil {
		return nil, err
	}
	return a, nil
}

// Certificate gives the authority's certificate as a device installs it (DER).
func (a *Authority) Certificate() []byte { return a.ca.Raw }

// Fingerprint is the SHA-256 of the authority's certificate, in pairs as devices show it.
func (a *Authority) Fingerprint() string {
	sum := sha256.Sum256(a.ca.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return strings.Join(pairs, ":")
}

// TLS gives the configuration of the portal's listener: TLS 1.2 with forward secrecy and
// AEAD, or 1.3 (ASVS 12.1.1, 12.1.2).
func (a *Authority) TLS() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384, tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
		},
		NextProtos:     []string{"h2", "http/1.1"},
		GetCertificate: a.certificateFor,
	}
}

// certificateFor gives the leaf, renewed where it ends soon or lacks a name of today.
func (a *Authority) certificateFor(h *tls.ClientHelloInfo) (*tls.Certificate, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	now := a.c.Clock()
	if a.leaf != nil && now.Before(a.checked.Add(namesEvery)) && now.After(a.checked.Add(-namesEvery)) {
		return a.leaf, nil
	}
	names := a.names()
	if a.leaf == nil || a.stale(a.leaf.Leaf, names, now) {
		leaf, err := a.makeLeaf(h.Context(), names)
		if err != nil {
			a.c.Log.Error("portal certificate not renewed", "err", err)
			if a.leaf == nil {
				return nil, err
			}
		} else {
			a.leaf = leaf
		}
	}
	a.checked = now
	return a.leaf, nil
}

func (a *Authority) names() []string {
	names := append(a.c.Names(), a.c.Chosen, "localhost")
	for i, n := range names {
		names[i] = strings.ToLower(n)
	}
	names = slices.DeleteFunc(names, func(n string) bool { return n == "" || !permitted(n, a.ca) })
	slices.Sort(names)
	return slices.Compact(names)
}

func (a *Authority) stale(leaf *x509.Certificate, names []string, now time.Time) bool {
	if now.After(leaf.NotAfter.Add(-leafRenew)) || now.Before(leaf.NotBefore) || leaf.CheckSignatureFrom(a.ca) != nil {
		return true
	}
	return slices.ContainsFunc(names, func(n string) bool { return leaf.VerifyHostname(bracket(n)) != nil })
}

// bracket writes an address as VerifyHostname wants it.
func bracket(n string) string {
	if ip := net.ParseIP(n); ip != nil && ip.To4() == nil {
		return "[" + n + "]"
	}
	return n
}

// privateRanges are all that the authority may ever speak for, together with the local
// names below: a stolen key is of no use against the rest of the world (RFC 5280 4.2.1.10).
var privateRanges = func() []*net.IPNet {
	all := []*net.IPNet{}
	for _, s := range []string{"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "::1/128", "fc00::/7", "fe80::/10"} {
		_, n, err := net.ParseCIDR(s)
		if err != nil {
			panic(err)
		}
		all = append(all, n)
	}
	return all
}()

var localDomains = []string{"local", "localhost", "lan", "home", "home.arpa", "internal", "localdomain", "intranet", "test"}

func permitted(name string, ca *x509.Certificate) bool {
	if ip := net.ParseIP(name); ip != nil {
		return slices.ContainsFunc(ca.PermittedIPRanges, func(n *net.IPNet) bool { return n.Contains(ip) })
	}
	return slices.ContainsFunc(ca.PermittedDNSDomains, func(d string) bool {
		return strings.EqualFold(name, d) || strings.HasSuffix(strings.ToLower(name), "."+strings.ToLower(d))
	})
}

func (a *Authority) makeCA(ctx context.Context) (*tls.Certificate, error) {
	now := a.c.Clock()
	domains, ranges := slices.Clone(localDomains), slices.Clone(privateRanges)
	for _, n := range append(a.c.Names(), a.c.Chosen) {
		if n = strings.ToLower(n); n != "" && net.ParseIP(n) == nil && !slices.Contains(domains, n) {
			domains = append(domains, n)
		}
	}
	if own, err := netip.ParseAddr(a.c.Chosen); err == nil { // a public address, by the owner's word: this one alone
		ranges = append(ranges, &net.IPNet{IP: own.Unmap().AsSlice(), Mask: net.CIDRMask(own.Unmap().BitLen(), own.Unmap().BitLen())})
	}
	name := pkix.Name{CommonName: "Comptoir – " + a.c.Firm, Organization: []string{a.c.Firm}}
	t := &x509.Certificate{
		Subject: name, NotBefore: now.Add(-backdate), NotAfter: now.Add(caLife), IsCA: true, BasicConstraintsValid: true, MaxPathLenZero: true,
		KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageCRLSign, PermittedDNSDomainsCritical: true, PermittedDNSDomains: domains, PermittedIPRanges: ranges,
	}
	return a.sign(ctx, caName, t, nil)
}

func (a *Authority) makeLeaf(ctx context.Context, names []string) (*tls.Certificate, error) {
	ca, err := a.load(ctx, caName)
	if err != nil || ca == nil {
		return nil, errors.Join(errors.New("lan: the authority's key is gone"), err)
	}
	now := a.c.Clock()
	t := &x509.Certificate{
		Subject: pkix.Name{CommonName: names[0], Organization: []string{a.c.Firm}}, NotBefore: now.Add(-backdate), NotAfter: now.Add(leafLife),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}, BasicConstraintsValid: true,
	}
	for _, n := range names {
		if ip := net.ParseIP(n); ip != nil {
			t.IPAddresses = append(t.IPAddresses, ip)
		} else {
			t.DNSNames = append(t.DNSNames, n)
		}
	}
	return a.sign(ctx, leafName, t, ca)
}

// sign makes a key and a certificate, saves them sealed and gives them. by nil: itself.
func (a *Authority) sign(ctx context.Context, name string, t *x509.Certificate, by *tls.Certificate) (*tls.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	if t.SerialNumber, err = rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127)); err != nil {
		return nil, err
	}
	parent, signer := t, any(key)
	if by != nil {
		parent, signer = by.Leaf, by.PrivateKey
	}
	der, err := x509.CreateCertificate(rand.Reader, t, parent, key.Public(), signer)
	if err != nil {
		return nil, err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if by != nil { // the leaf is sent with its authority, for devices that trust it
		text = append(text, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: by.Leaf.Raw})...)
	}
	text = append(text, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: pkcs8})...)
	sealed, err := a.c.Sealer.Seal(name, text)
	if err != nil {
		return nil, err
	}
	if err := a.c.Store.Save(ctx, name, sealed); err != nil {
		return nil, err
	}
	pair, err := tls.X509KeyPair(text, text)
	return &pair, err
}

func (a *Authority) load(ctx context.Context, name string) (*tls.Certificate, error) {
	sealed, err := a.c.Store.Load(ctx, name)
	if err != nil || sealed == nil {
		return nil, err
	}
	text, err := a.c.Sealer.Open(name, sealed)
	if err != nil {
		return nil, fmt.Errorf("lan: %s: %w", name, err)
	}
	pair, err := tls.X509KeyPair(text, text)
	if err != nil {
		return nil, fmt.Errorf("lan: %s: %w", name, err)
	}
	return &pair, nil
}
