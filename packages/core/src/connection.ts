/**
 * Connections and authorization: how a request reaches its target, and who it says it is.
 *
 * Whatever is secret here is a reference such as `${env:NAME}`, filled only where the probe is made.
 */

/** What a definition asks of the way to the target; what it leaves out is as usual. */
export interface Connection {
  /** Everything goes through this HTTP proxy: CONNECT for https, the absolute form for http. */
  proxy?: Proxy;
  /** Only addresses of this family are dialled, of the proxy where there is one. */
  ip?: 4 | 6;
  /** HTTP/2 where the target offers it, else HTTP/1.1; https alone can offer it. */
  http2?: boolean;
  /** The name asked for and checked in TLS, in place of the address's own. */
  serverName?: string;
  /** PEM; trusted besides the public roots. */
  ca?: string;
  /** Shown to the target when it asks; never to another origin. */
  clientCertificate?: ClientCertificate;
}

export interface Proxy {
  /** `http://host:port`, without user name and password. */
  url: string;
  user?: string;
  password?: string;
}

/** PEM texts. */
export interface ClientCertificate {
  cert: string;
  key: string;
  passphrase?: string;
}

/** Who a request says it is. Added to each request to the definition's own origin, to no other. */
export type Auth =
  | { kind: "basic"; user: string; password: string }
  | { kind: "bearer"; token: string }
  | OAuth2
  | Hmac;

/** Client credentials (RFC 6749 section 4.4). */
export interface OAuth2 {
  kind: "oauth2";
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  scope?: string;
  audience?: string;
  /** Where id and secret go: an authorization header, or fields of the form. */
  credentials: "header" | "body";
}

/** A signature by HMAC-SHA256 over `METHOD LF path?query LF timestamp LF body`. */
export interface Hmac {
  kind: "hmac";
  secret: string;
  /** Lower case. */
  header: string;
  timestampHeader: string;
  encoding: "hex" | "base64";
  /** Stands before the signature, such as `sha256=`. */
  prefix: string;
}

/** The certificate a target showed, as far as evidence holds it. Texts are the target's. */
export interface CertificateFacts {
  subject: string;
  issuer: string;
  /** Milliseconds since 1970. */
  validFrom: number;
  validTo: number;
  /** Whole days from the handshake to `validTo`, rounded down; below 0 once it has expired. */
  daysLeft: number;
  /** Names it is for, as in `DNS:example.com`; at most 20. */
  names: string[];
  /** Certificates sent, its own included; one that signed itself ends the count. */
  chainLength: number;
  /** TLS version agreed on; null when the handshake did not end. */
  tls: string | null;
}
