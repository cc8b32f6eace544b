/** What policies may speak about, and the two policies that are always there. */

export const CEDAR_SCHEMA = `namespace Plimsoll {
  // What a client names as "model".
  entity Endpoint;
  entity ApiKey {
    name: String,
    owner: String,
    endpoints: Set<Endpoint>,
    every_endpoint: Bool,
    actions: Set<String>,
    // The tags that the key was given: no client can change these.
    criticality: String,
    domain: String,
    compliance: String,
    cost_centre: String,
  };
  // The tags of the request: what the client sent, else the key's. Tags that nobody set are empty texts. "now" is given in whole seconds. "release" is the digest of the release that would answer.
  type Request = {
    ip: ipaddr,
    now: datetime,
    criticality: String,
    domain: String,
    compliance: String,
    cost_centre: String,
    release: String,
  };
  action invoke, stream, embed appliesTo { principal: [ApiKey], resource: [Endpoint], context: Request };
}
`

/** Cannot be replaced: no policy lets a key out of the scope that it was made with. */
const SCOPE = `@id("endpoint")
forbid (principal, action, resource)
unless { principal.every_endpoint || principal.endpoints.contains(resource) };

@id("invoke")
forbid (principal, action == Plimsoll::Action::"invoke", resource)
unless { principal.actions.contains("invoke") };

@id("stream")
forbid (principal, action == Plimsoll::Action::"stream", resource)
unless { principal.actions.contains("stream") };

@id("embed")
forbid (principal, action == Plimsoll::Action::"embed", resource)
unless { principal.actions.contains("embed") };
`

/** In force until an operator saves a policy named `default`: a key may do what its scope says. */
const DEFAULT = `permit (principal, action, resource);
`

export const SCOPE_POLICY = 'scope'
export const DEFAULT_POLICY = 'default'

export const BUILT_IN_POLICIES: readonly {
  readonly name: string
  readonly version: number
  readonly source: string
  readonly description: string
}[] = [
  { name: SCOPE_POLICY, version: 0, source: SCOPE, description: 'No policy lets a key out of its scope. Cannot be replaced.' },
  {
    name: DEFAULT_POLICY,
    version: 0,
    source: DEFAULT,
    description: 'A key may do what its scope says. Replaced by a policy that is saved as "default".',
  },
]
