package app

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"strings"
	"time"

	"comptoir/edge/gateway"
	"comptoir/office/payments"
)

// newStripe gives the gateway the keys of the open company.
func newStripe(keys *payments.Keys, clock func() time.Time) *gateway.Stripe {
	return gateway.NewStripe(gateway.StripeOptions{URL: imitationOfStripe(), Clock: clock,
		Mode: func(ctx context.Context) string { return keys.Mode(ctx, "stripe") },
		Keys: func(ctx context.Context, mode string) (gateway.StripeKeys, error) {
			key, hook, err := keys.Take(ctx, "stripe", mode)
			k := gateway.StripeKeys{Secret: key}
			if hook != "" {
				k.Hooks = gateway.HookSecrets(hook)
			}
			return k, err
		}})
}

// imitationOfStripe is where tests of the whole program have a Stripe of their own; "" = the
// real one. Only this machine: keys are sent nowhere else because of a variable.
func imitationOfStripe() string {
	u, err := url.Parse(os.Getenv("COMPTOIR_STRIPE_URL"))
	if err != nil || u.Scheme != "http" {
		return ""
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err != nil || !ip.IsLoopback() {
		return ""
	}
	return u.Scheme + "://" + u.Host
}

// nearby tells an address that only this machine or its network reaches: a gateway on the
// internet cannot.
func nearby(base string) bool {
	u, err := url.Parse(base)
	if err != nil {
		return true
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil {
		return ip.IsLoopback() || ip.IsPrivate() || ip.IsLinkLocalUnicast()
	}
	return !strings.Contains(u.Hostname(), ".") || strings.HasSuffix(u.Hostname(), ".local")
}

func month(year, month int) string {
	if year == 0 {
		return ""
	}
	return fmt.Sprintf("%04d-%02d", year, month)
}
