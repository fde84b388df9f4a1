package portal

import (
	"net/http"
	"net/url"
)

// RouteOfTest is a route as the tables know it.
type RouteOfTest struct {
	Pattern string
	Private bool
	Class   string
}

// Routes lists every route.
func Routes() []RouteOfTest {
	all := []RouteOfTest{}
	for _, r := range routes {
		all = append(all, RouteOfTest{r.method + " " + r.pattern, r.level > public, string(r.class)})
	}
	return all
}

var plainMux = (&Portal{}).routesMux()

// PatternOf is the route that a request would take, "" for none.
func PatternOf(method, path string) string {
	_, pattern := plainMux.Handler(&http.Request{Method: method, URL: &url.URL{Path: path}})
	return pattern
}

// ThemeCSS is themeCSS.
func ThemeCSS(accent string) string { return themeCSS(accent) }

// Known counts the buckets in memory.
func (p *Portal) Known() int {
	p.limits.mu.Lock()
	defer p.limits.mu.Unlock()
	return len(p.limits.young) + len(p.limits.old)
}

// Contrast is the WCAG ratio of two written colours.
func Contrast(a, b string) float64 {
	x, _ := parseColour(a)
	y, _ := parseColour(b)
	return contrast(x, y)
}

// StandIns are the routes open to somebody of the firm in a customer's place.
func StandIns() map[string]bool { return standIns }

// Keeps names the routes that give back what was typed, each with its fields that are read.
func Keeps() map[string][]string {
	all := map[string][]string{}
	for route, k := range keeps {
		for _, f := range k.fields {
			if f.label != "" {
				all[route] = append(all[route], f.name)
			}
		}
	}
	return all
}
