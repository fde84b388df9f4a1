package access

import (
	"crypto/hmac"
	"crypto/sha1" // #nosec G505 -- HMAC-SHA-1 is what authenticator apps speak (RFC 6238); collisions do not touch it
	"crypto/subtle"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"net/url"
	"time"
)

// One-time codes by time (RFC 6238 over RFC 4226), with what every app takes for granted. They
// are ours rather than pquerna/otp's: that one does not tell which step a code is of, and a
// step has to count once; it would bring its own barcodes, too.
const (
	totpStep   = 30 * time.Second
	totpDrift  = 1  // steps before and after now that count (RFC 6238 5.2)
	totpSecret = 20 // bytes (RFC 4226 4, R6)
	totpDigits = 6
)

var b32 = base32.StdEncoding.WithPadding(base32.NoPadding)

// totpCode is the code of a step.
func totpCode(secret []byte, step int64) string {
	m := hmac.New(sha1.New, secret)
	var counter [8]byte
	binary.BigEndian.PutUint64(counter[:], uint64(step)) // #nosec G115 -- steps since 1970 are positive
	m.Write(counter[:])                                  // hash.Hash never fails
	sum := m.Sum(nil)
	at := sum[len(sum)-1] & 0x0f
	return fmt.Sprintf("%0*d", totpDigits, binary.BigEndian.Uint32(sum[at:at+4])&0x7fffffff%1_000_000)
}

// totpOf finds the step near now whose code this is. All of them are compared, so that the time
// it takes says nothing.
func totpOf(secret []byte, code string, now time.Time) (step int64, ok bool) {
	current := now.Unix() / int64(totpStep/time.Second)
	for s := current - totpDrift; s <= current+totpDrift; s++ {
		if subtle.ConstantTimeCompare([]byte(totpCode(secret, s)), []byte(code)) == 1 {
			step, ok = s, true
		}
	}
	return step, ok
}

// totpURI is what the QR code says to the app (the de-facto format of key URIs).
func totpURI(secret []byte, firm, user string) string {
	q := url.Values{"secret": {b32.EncodeToString(secret)}, "issuer": {firm}, "algorithm": {"SHA1"}, "digits": {fmt.Sprint(totpDigits)}, "period": {fmt.Sprint(int(totpStep / time.Second))}}
	u := url.URL{Scheme: "otpauth", Host: "totp", Path: "/" + firm + ":" + user, RawQuery: q.Encode()}
	return u.String()
}
