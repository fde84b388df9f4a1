package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"syscall"

	"github.com/emersion/go-smtp"

	"comptoir/office/outbox"
)

// diagnose says what went wrong at a step in words that a person can act on: the server's
// own answer where it gave one, else a key of the catalogue with the cause behind it. at is
// a step's name, or the command that was refused.
func diagnose(at string, err error) *outbox.Answer {
	var a *outbox.Answer
	if errors.As(err, &a) {
		return a
	}
	var said *smtp.SMTPError
	if errors.As(err, &said) {
		return answered(at, said)
	}
	key, advice := causeOf(err)
	if key == "tls" && at != "tls" {
		key, advice = "dropped", "mail.advice.port"
	}
	opening := at == "connect" || at == "tls" || at == "authenticate"
	return &outbox.Answer{Text: "mail.answer." + key + "\n" + outbox.OneLine(err.Error(), 300), Advice: advice, Line: opening, Broken: true, Err: err}
}

// answered keeps the server's words. 5xx is final; what concerns the account, or the
// connection before any mail, is no mail's fault.
func answered(at string, said *smtp.SMTPError) *outbox.Answer {
	text := fmt.Sprintf("%d ", said.Code)
	if c := said.EnhancedCode; c[0] > 0 {
		text += fmt.Sprintf("%d.%d.%d ", c[0], c[1], c[2])
	}
	text += outbox.OneLine(said.Message, 500)
	a := &outbox.Answer{Text: strings.TrimSpace(text), Permanent: said.Code >= 500, Err: said}
	switch {
	case at == "connect" || at == "tls" || at == "authenticate":
		a.Line, a.Advice = true, "mail.advice.account"
	case said.Code == 421: // the server hangs up on everybody
		a.Line, a.Broken, a.Advice = true, true, "mail.advice.later"
	case said.Code == 530 || said.Code == 534 || said.Code == 535 || said.Code == 538: // RFC 4954, 6
		a.Line, a.Advice = true, "mail.advice.account"
	case !a.Permanent:
		a.Advice = "mail.advice.later"
	case at == "mail":
		a.Advice = "mail.advice.sender"
	case at == "rcpt":
		a.Advice = "mail.advice.recipient"
	}
	if at == "authenticate" && (said.Code == 535 || said.Code == 534) {
		a.Advice = "mail.advice.password"
	}
	return a
}

// causeOf names what no server said.
func causeOf(err error) (key, advice string) {
	var (
		dns      *net.DNSError
		name     x509.HostnameError
		unknown  x509.UnknownAuthorityError
		invalid  x509.CertificateInvalidError
		roots    x509.SystemRootsError
		record   tls.RecordHeaderError
		network  net.Error
		verified *tls.CertificateVerificationError
	)
	switch {
	case errors.Is(err, errPlain):
		return "plain", "mail.advice.use_tls"
	case errors.Is(err, errNoAuth):
		return "no_auth", "mail.advice.auth"
	case strings.Contains(err.Error(), "doesn't support STARTTLS"): // go-smtp has no value for it
		return "no_starttls", "mail.advice.use_tls"
	case errors.As(err, &dns) && !dns.IsTimeout:
		return "unknown_host", "mail.advice.host"
	case errors.As(err, &name):
		return "certificate_name", "mail.advice.certificate"
	case errors.As(err, &unknown), errors.As(err, &roots):
		return "certificate_unknown", "mail.advice.certificate"
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return "certificate_expired", "mail.advice.certificate"
	case errors.As(err, &invalid), errors.As(err, &verified):
		return "certificate_unknown", "mail.advice.certificate"
	case errors.As(err, &record):
		return "not_tls", "mail.advice.use_starttls"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "refused", "mail.advice.port"
	case errors.Is(err, os.ErrDeadlineExceeded), errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		return "timeout", "mail.advice.port"
	case errors.Is(err, context.Canceled), errors.Is(err, net.ErrClosed):
		return "interrupted", ""
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "dropped", "mail.advice.port"
	case errors.Is(err, syscall.EHOSTUNREACH), errors.Is(err, syscall.ENETUNREACH):
		return "unreachable", "mail.advice.host"
	}
	if strings.Contains(err.Error(), "tls: ") {
		return "tls", "mail.advice.port"
	}
	return "unreachable", "mail.advice.host"
}
