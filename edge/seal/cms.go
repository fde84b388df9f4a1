package seal

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// A CMS signature (RFC 5652) as ETSI EN 319 122-1 and EN 319 142-1 want it for B-B: detached,
// ECDSA with SHA-256 on P-256, signed attributes content-type, message-digest and signing-certificate-v2
// (RFC 5035), the certificate enclosed, no signing-time (the signature dictionary has it).
// Given certificate, digest and signature there is one encoding only: what differs from it in
// any byte is refused when verifying, also where the signature would not notice.

var (
	oidData        = oid(1, 2, 840, 113549, 1, 7, 1)
	oidSigned      = oid(1, 2, 840, 113549, 1, 7, 2)
	oidContentType = oid(1, 2, 840, 113549, 1, 9, 3)
	oidDigest      = oid(1, 2, 840, 113549, 1, 9, 4)
	oidSigningCert = oid(1, 2, 840, 113549, 1, 9, 16, 2, 47)
	oidSHA256      = oid(2, 16, 840, 1, 101, 3, 4, 2, 1)
	oidECDSA       = oid(1, 2, 840, 10045, 4, 3, 2) // with SHA-256

	algSHA256 = tlv(0x30, oidSHA256) // without parameters (RFC 5754, 2)
	algECDSA  = tlv(0x30, oidECDSA)
	version1  = tlv(0x02, []byte{1})
)

func oid(arcs ...int) []byte {
	b, err := asn1.Marshal(asn1.ObjectIdentifier(arcs))
	if err != nil {
		panic("seal: " + err.Error()) // the list above
	}
	return b
}

// tlv writes one element of DER.
func tlv(tag byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := []byte{tag}
	switch {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	case n < 0x10000:
		out = append(out, 0x82, byte(n>>8), byte(n))
	default:
		out = append(out, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// attributes are what is signed, as a SET OF in its order.
func attributes(cert *x509.Certificate, digest []byte) []byte {
	sum := sha256.Sum256(cert.Raw)
	serial := cert.SerialNumber.Bytes()
	if len(serial) > 0 && serial[0] >= 0x80 {
		serial = append([]byte{0}, serial...)
	}
	// ESSCertIDv2: the hash is SHA-256 when none is named (RFC 5035, 4)
	id := tlv(0x30, tlv(0x04, sum[:]), tlv(0x30, tlv(0x30, tlv(0xA4, cert.RawIssuer)), tlv(0x02, serial)))
	set := [][]byte{
		tlv(0x30, oidContentType, tlv(0x31, oidData)),
		tlv(0x30, oidDigest, tlv(0x31, tlv(0x04, digest))),
		tlv(0x30, oidSigningCert, tlv(0x31, tlv(0x30, tlv(0x30, id)))),
	}
	slices.SortFunc(set, bytes.Compare)
	return bytes.Join(set, nil)
}

// signature is the whole CMS object.
func signature(cert *x509.Certificate, digest, value []byte) []byte {
	serial := cert.SerialNumber.Bytes()
	if len(serial) > 0 && serial[0] >= 0x80 {
		serial = append([]byte{0}, serial...)
	}
	signer := tlv(0x30, version1, tlv(0x30, cert.RawIssuer, tlv(0x02, serial)), algSHA256,
		tlv(0xA0, attributes(cert, digest)), algECDSA, tlv(0x04, value))
	signed := tlv(0x30, version1, tlv(0x31, algSHA256), tlv(0x30, oidData), tlv(0xA0, cert.Raw), tlv(0x31, signer))
	return tlv(0x30, oidSigned, tlv(0xA0, signed))
}

// valueSize is the length of every ECDSA value that is made here: both numbers of 32 bytes
// without a leading zero.
const valueSize = 2 + 2*(2+32)

// sign makes the CMS signature of a digest. Its length is the same for every digest: values
// of another one are thrown away, every second to third.
func (i *Identity) sign(digest []byte) ([]byte, error) {
	sum := sha256.Sum256(tlv(0x31, attributes(i.cert, digest)))
	for {
		r, s, err := ecdsa.Sign(rand.Reader, i.key, sum[:])
		if err != nil {
			return nil, fmt.Errorf("seal: %w", err)
		}
		if s.Cmp(halfOrder) > 0 {
			s.Sub(elliptic.P256().Params().N, s)
		}
		if value := pair64(r, s); len(value) == valueSize {
			return signature(i.cert, digest, value), nil
		}
	}
}

// halfOrder: of s and its counterpart, which is as good, only the smaller is made and taken,
// so that nobody can turn one signature into another.
var halfOrder = new(big.Int).Rsh(elliptic.P256().Params().N, 1)

// pair64 writes the two numbers of a value as DER.
func pair64(r, s *big.Int) []byte {
	b, err := asn1.Marshal(struct{ R, S *big.Int }{r, s})
	if err != nil {
		panic("seal: " + err.Error()) // two numbers
	}
	return b
}

// genuine tells whether the key of a certificate made a value over signed attributes.
func genuine(cert *x509.Certificate, signed, value []byte) bool {
	key, ok := cert.PublicKey.(*ecdsa.PublicKey)
	var v struct{ R, S *big.Int }
	if rest, err := asn1.Unmarshal(value, &v); err != nil || len(rest) > 0 || !ok || key.Curve != elliptic.P256() || v.S.Cmp(halfOrder) > 0 {
		return false
	}
	sum := sha256.Sum256(signed)
	return ecdsa.Verify(key, sum[:], v.R, v.S)
}

// signatureSize is the length of what sign will give.
func (i *Identity) signatureSize() int {
	return len(signature(i.cert, make([]byte, sha256.Size), make([]byte, valueSize)))
}

var errCMS = errors.New("seal: not a signature of this program")

const maxCMS = 64 << 10

type (
	contentInfo struct {
		Type    asn1.ObjectIdentifier
		Content asn1.RawValue `asn1:"explicit,tag:0"`
	}
	signedData struct {
		Version      int
		Algorithms   asn1.RawValue
		Encapsulated asn1.RawValue
		Certificates asn1.RawValue `asn1:"tag:0"`
		Signers      []signerInfo  `asn1:"set"`
	}
	signerInfo struct {
		Version    int
		ID         asn1.RawValue
		Digest     asn1.RawValue
		Attributes asn1.RawValue `asn1:"tag:0"`
		Algorithm  asn1.RawValue
		Value      []byte
	}
	attribute struct {
		Type   asn1.ObjectIdentifier
		Values []asn1.RawValue `asn1:"set"`
	}
)

// readSignature verifies a CMS signature by itself: it gives the certificate that made it and
// the digest that it vouches for. An error says that no key of that certificate made it.
func readSignature(der []byte) (*x509.Certificate, []byte, error) {
	if len(der) > maxCMS {
		return nil, nil, errCMS
	}
	var info contentInfo
	if rest, err := asn1.Unmarshal(der, &info); err != nil || len(rest) > 0 {
		return nil, nil, errors.Join(errCMS, err)
	}
	var data signedData
	if _, err := asn1.Unmarshal(info.Content.Bytes, &data); err != nil || len(data.Signers) != 1 {
		return nil, nil, errors.Join(errCMS, err)
	}
	cert, err := x509.ParseCertificate(data.Certificates.Bytes)
	if err != nil {
		return nil, nil, errors.Join(errCMS, err)
	}
	s := data.Signers[0]
	digest := digestOf(s.Attributes.Bytes)
	if digest == nil || !genuine(cert, tlv(0x31, attributes(cert, digest)), s.Value) {
		return nil, nil, errCMS
	}
	if !bytes.Equal(der, signature(cert, digest, s.Value)) {
		return nil, nil, errCMS
	}
	return cert, digest, nil
}

// digestOf finds the attribute message-digest.
func digestOf(set []byte) []byte {
	for len(set) > 0 {
		var a attribute
		rest, err := asn1.Unmarshal(set, &a)
		if err != nil {
			return nil
		}
		if full, err := asn1.Marshal(a.Type); err == nil && bytes.Equal(full, oidDigest) && len(a.Values) == 1 && a.Values[0].Tag == asn1.TagOctetString && len(a.Values[0].Bytes) == sha256.Size {
			return a.Values[0].Bytes
		}
		set = rest
	}
	return nil
}
