package provision

// RouteNames are the routes that want a token, with the scope of each.
func RouteNames() map[string]string {
	all := map[string]string{}
	for _, r := range routes {
		all[r.method+" "+r.pattern] = string(r.scope)
	}
	return all
}
