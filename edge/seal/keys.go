package seal

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

// Store keeps sealed secrets by name; Load gives nil for one that was never saved
// (company.Secrets).
type Store interface {
	Load(ctx context.Context, name string) ([]byte, error)
	Save(ctx context.Context, name string, sealed []byte) error
}

// Sealer makes secrets unreadable outside of this company (keys.File).
type Sealer interface {
	Seal(name string, secret []byte) ([]byte, error)
	Open(name string, sealed []byte) ([]byte, error)
}

// Mirror is the name of the file in the company folder with the certificates, which are no
// secret: it lets a file be verified while the company is closed or open elsewhere.
const Mirror = "seal-certificates.pem"

const (
	secretName = "document-seal"
	life       = 10 // years
	renewal    = 90 * 24 * time.Hour
	backdate   = 24 * time.Hour // a clock that was set back meanwhile
	maxCommon  = 64             // ub-common-name, RFC 5280
	maxKnown   = 1000           // certificates: one a name or ten years
)

// Keys are the firm's certificates: the one in use with its key, and the earlier ones.
type Keys struct {
	store  Store
	sealer Sealer
	folder string

	mu    sync.Mutex
	ready bool
	key   *ecdsa.PrivateKey // of known[0]; nil: none yet
	known []*x509.Certificate
}

// NewKeys reads and makes nothing yet. folder is where the Mirror is written, "" for nowhere.
func NewKeys(store Store, sealer Sealer, folder string) *Keys {
	return &Keys{store: store, sealer: sealer, folder: folder}
}

// Identity is a certificate with its key: what seals.
type Identity struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

// Certificate tells of a firm's certificate.
type Certificate struct {
	Subject     string    `json:"subject"`     // the firm's name
	Serial      string    `json:"serial"`      // hexadecimal
	Fingerprint string    `json:"fingerprint"` // SHA-256, pairs as readers show them
	From        time.Time `json:"from"`
	Until       time.Time `json:"until"`
}

// Certificate tells of the one in use.
func (i *Identity) Certificate() Certificate { return describe(i.cert) }

func describe(c *x509.Certificate) Certificate {
	sum := sha256.Sum256(c.Raw)
	pairs := make([]string, len(sum))
	for i, b := range sum {
		pairs[i] = fmt.Sprintf("%02X", b)
	}
	return Certificate{Subject: c.Subject.CommonName, Serial: strings.ToUpper(hex.EncodeToString(c.SerialNumber.Bytes())),
		Fingerprint: strings.Join(pairs, ":"), From: c.NotBefore.UTC(), Until: c.NotAfter.UTC()}
}

// Identity gives what seals for a firm of that name at that moment. The certificate is made
// on first use, when 90 days or less are left of its ten years, when the firm changed its
// name, and when the clock says that it is not valid yet; the earlier ones stay known.
func (k *Keys) Identity(ctx context.Context, firm string, now time.Time) (*Identity, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(ctx); err != nil {
		return nil, err
	}
	if k.key != nil {
		c := k.known[0]
		if c.Subject.CommonName == commonName(firm) && !now.Before(c.NotBefore) && now.Before(c.NotAfter.Add(-renewal)) {
			return &Identity{c, k.key}, nil
		}
	}
	key, cert, err := newCertificate(firm, now)
	if err != nil {
		return nil, err
	}
	known := append([]*x509.Certificate{cert}, k.known[:min(len(k.known), maxKnown)]...)
	sealed, err := k.sealer.Seal(secretName, bundle(key, known))
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	if err := k.store.Save(ctx, secretName, sealed); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	k.key, k.known = key, known
	_ = k.mirror() // a folder that cannot be written now: Known writes it when it can
	return &Identity{cert, key}, nil
}

// Known gives all certificates of the firm, the newest first; none before the first seal. It
// writes the Mirror anew where it is missing or old.
func (k *Keys) Known(ctx context.Context) ([]*x509.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := k.load(ctx); err != nil {
		return nil, err
	}
	return append([]*x509.Certificate(nil), k.known...), k.mirror()
}

func (k *Keys) load(ctx context.Context) error {
	if k.ready {
		return nil
	}
	sealed, err := k.store.Load(ctx, secretName)
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if sealed != nil {
		secret, err := k.sealer.Open(secretName, sealed)
		if err != nil {
			return fmt.Errorf("seal: %w", err)
		}
		if k.key, k.known, err = unbundle(secret); err != nil {
			return err
		}
	}
	k.ready = true
	return nil
}

// newCertificate makes key and certificate: for signing documents, and for nothing else. It
// holds no more than it must: where a reader does not verify a certificate, as pdfsig, what
// stands in it beside name and key could be altered unseen (docs/adr/0019).
func newCertificate(firm string, now time.Time) (*ecdsa.PrivateKey, *x509.Certificate, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: %w", err)
	}
	serial := make([]byte, 16)
	_, _ = rand.Read(serial)          // never fails
	serial[0] = serial[0]&0x7f | 0x40 // positive, and always 16 bytes
	t := &x509.Certificate{
		SerialNumber: new(big.Int).SetBytes(serial), Subject: pkix.Name{CommonName: commonName(firm)},
		NotBefore: now.Add(-backdate).UTC().Truncate(time.Second), NotAfter: now.AddDate(life, 0, 0).UTC().Truncate(time.Second),
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageContentCommitment, SignatureAlgorithm: x509.ECDSAWithSHA256,
	}
	der, err := x509.CreateCertificate(rand.Reader, t, t, &key.PublicKey, key)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: %w", err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		return nil, nil, fmt.Errorf("seal: %w", err)
	}
	return key, cert, nil
}

// commonName is a firm's name as a certificate may hold it.
func commonName(firm string) string {
	firm = strings.TrimSpace(strings.ToValidUTF8(firm, ""))
	if firm == "" {
		firm = "Comptoir"
	}
	for utf8.RuneCountInString(firm) > maxCommon {
		_, last := utf8.DecodeLastRuneInString(firm)
		firm = firm[:len(firm)-last]
	}
	return strings.TrimSpace(firm)
}

func bundle(key *ecdsa.PrivateKey, known []*x509.Certificate) []byte {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		panic("seal: " + err.Error()) // a key on that curve always marshals
	}
	out := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	return append(out, certificates(known)...)
}

func certificates(known []*x509.Certificate) []byte {
	var out []byte
	for _, c := range known {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw})...)
	}
	return out
}

var errBundle = errors.New("seal: the certificates are damaged")

func unbundle(secret []byte) (*ecdsa.PrivateKey, []*x509.Certificate, error) {
	block, rest := pem.Decode(secret)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, nil, errBundle
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(*ecdsa.PrivateKey)
	if err != nil || !ok {
		return nil, nil, errors.Join(errBundle, err)
	}
	known, err := parseCertificates(rest)
	if err != nil {
		return nil, nil, err
	}
	if len(known) == 0 || !key.PublicKey.Equal(known[0].PublicKey) {
		return nil, nil, errBundle
	}
	return key, known, nil
}

func parseCertificates(text []byte) ([]*x509.Certificate, error) {
	var known []*x509.Certificate
	for {
		block, rest := pem.Decode(text)
		if block == nil {
			return known, nil
		}
		c, err := x509.ParseCertificate(block.Bytes)
		if err != nil || len(known) > maxKnown {
			return nil, errors.Join(errBundle, err)
		}
		known, text = append(known, c), rest
	}
}

// mirror writes the certificates beside the database when they are not there as they should be.
func (k *Keys) mirror() error {
	if k.folder == "" || len(k.known) == 0 {
		return nil
	}
	path, want := filepath.Join(k.folder, Mirror), certificates(k.known)
	if is, err := os.ReadFile(path); err == nil && bytes.Equal(is, want) {
		return nil
	}
	f, err := os.CreateTemp(k.folder, ".seal-*")
	if err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	_, err = f.Write(want)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("seal: %w", err), os.Remove(f.Name()))
	}
	return nil
}

// ReadMirror gives the certificates of a company folder without opening the company; none
// when it never sealed anything. An os.ErrNotExist in the error: no such folder.
func ReadMirror(folder string) ([]*x509.Certificate, error) {
	if _, err := os.Stat(folder); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	text, err := os.ReadFile(filepath.Join(folder, Mirror))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return parseCertificates(text)
}
