package seal_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"comptoir/edge/keys"
	"comptoir/edge/seal"
)

func identity(t *testing.T, k *seal.Keys, name string, at time.Time) seal.Certificate {
	t.Helper()
	id, err := k.Identity(context.Background(), name, at)
	if err != nil {
		t.Fatal(err)
	}
	return id.Certificate()
}

func TestCertificateIsMadeOnceAndRenewedInTime(t *testing.T) {
	store, folder := drawer{}, t.TempDir()
	k := seal.NewKeys(store, keys.Seeded("a"), folder)
	if known, err := k.Known(context.Background()); err != nil || len(known) != 0 || len(store) != 0 {
		t.Errorf("%d certificates before the first seal, %v", len(known), err)
	}
	first := identity(t, k, "Atelier Dubreuil", noon)
	if first.Subject != "Atelier Dubreuil" || !first.From.Before(noon) || first.Until != noon.AddDate(10, 0, 0) || len(first.Fingerprint) != 95 {
		t.Errorf("%+v", first)
	}
	again := seal.NewKeys(store, keys.Seeded("a"), folder) // the program started anew
	for what, at := range map[string]time.Time{"the next day": noon.AddDate(0, 0, 1), "long after": noon.AddDate(10, 0, -91)} {
		if c := identity(t, again, "Atelier Dubreuil", at); c != first {
			t.Errorf("%s: another certificate", what)
		}
	}
	renewed := identity(t, again, "Atelier Dubreuil", noon.AddDate(10, 0, -89))
	renamed := identity(t, again, "Dubreuil et filles", noon.AddDate(10, 0, -88))
	early := identity(t, again, "Dubreuil et filles", noon) // the clock was set back by years
	if renewed == first || renamed == renewed || renamed.Subject != "Dubreuil et filles" || early == renamed || !early.From.Before(noon) {
		t.Errorf("%+v\n%+v\n%+v", renewed, renamed, early)
	}
	known, err := seal.NewKeys(store, keys.Seeded("a"), "").Known(context.Background())
	if err != nil || len(known) != 4 {
		t.Fatalf("%d known, %v", len(known), err)
	}
	mirrored, err := seal.ReadMirror(folder)
	if err != nil || len(mirrored) != 4 || !mirrored[3].Equal(known[3]) {
		t.Errorf("%d in the mirror, %v", len(mirrored), err)
	}
	if err := os.Remove(filepath.Join(folder, seal.Mirror)); err != nil {
		t.Fatal(err)
	}
	if none, err := seal.ReadMirror(folder); err != nil || none != nil {
		t.Errorf("%v, %v", none, err)
	}
	if _, err := again.Known(context.Background()); err != nil {
		t.Error(err)
	}
	if back, err := seal.ReadMirror(folder); err != nil || len(back) != 4 {
		t.Errorf("the mirror is not written again: %d, %v", len(back), err)
	}
}

func TestCertificateIsForSealingOnly(t *testing.T) {
	_, known := firm()
	c := known[0]
	key, ok := c.PublicKey.(*ecdsa.PublicKey)
	if !ok || key.Params().BitSize != 256 || c.KeyUsage != x509.KeyUsageDigitalSignature|x509.KeyUsageContentCommitment || c.IsCA || len(c.DNSNames)+len(c.ExtKeyUsage) > 0 {
		t.Errorf("%+v", c)
	}
	if err := c.CheckSignature(c.SignatureAlgorithm, c.RawTBSCertificate, c.Signature); err != nil {
		t.Error(err)
	}
}

func TestNamesOfFirms(t *testing.T) {
	for name, want := range map[string]string{"": "Comptoir", "  Été & fils ": "Été & fils", strings.Repeat("é", 80): strings.Repeat("é", 64), "bad\xff": "bad", "株式会社": "株式会社"} {
		if c := identity(t, seal.NewKeys(drawer{}, keys.Seeded("n"), ""), name, noon); c.Subject != want {
			t.Errorf("%q became %q", name, c.Subject)
		}
	}
}

// No secret stands in the clear in the database or beside it.
func TestKeyIsKeptSealed(t *testing.T) {
	store, folder := drawer{}, t.TempDir()
	identity(t, seal.NewKeys(store, keys.Seeded("a"), folder), "Atelier", noon)
	mirror, err := os.ReadFile(filepath.Join(folder, seal.Mirror))
	if err != nil {
		t.Fatal(err)
	}
	for _, kept := range append([][]byte{mirror}, store["document-seal"]) {
		if strings.Contains(string(kept), "PRIVATE") {
			t.Error("the key stands in the clear")
		}
	}
	if block, _ := pem.Decode(mirror); block == nil || block.Type != "CERTIFICATE" {
		t.Error("the mirror holds no certificate")
	}
	if _, err := seal.NewKeys(store, keys.Seeded("b"), "").Identity(context.Background(), "Atelier", noon); !errors.Is(err, keys.ErrSealed) {
		t.Errorf("opened with another key file: %v", err)
	}
}

func TestDamagedKeysAreSaid(t *testing.T) {
	sealer := keys.Seeded("a")
	for name, secret := range map[string]string{"nothing": "", "no PEM": "hello", "no key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"} {
		sealed, err := sealer.Seal("document-seal", []byte(secret))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := seal.NewKeys(drawer{"document-seal": sealed}, sealer, "").Identity(context.Background(), "Atelier", noon); err == nil {
			t.Errorf("%s: a new key was made in silence", name)
		}
	}
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, seal.Mirror), []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := seal.ReadMirror(folder); err == nil {
		t.Error("a damaged mirror is read")
	}
	if _, err := seal.ReadMirror(filepath.Join(folder, "none")); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("no folder: %v", err)
	}
}
