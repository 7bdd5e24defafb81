/**
 * A certificate for "localhost", signed by itself, with its key: made for these tests, protects nothing. Trust it in a test by
 * `tls.setDefaultCACertificates`. Made with: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
 * -subj /CN=localhost -addext subjectAltName=DNS:localhost
 */
export const TEST_CERTIFICATE = `
-----BEGIN CERTIFICATE-----
MIIBlTCCATugAwIBAgIUGp5WttfAs3UJTgBt0+YVn3cz1BAwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMzIyNTc1OFoYDzIxMjYxMDMw
MjI1NzU4WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAASEs3n/dhCtQlNY2QyIb2fugqCJ1jKXMlF7NDrfvSWzdkB6cxr7CcHD
3XfN0Oa71ZI8iZhpebKtUBp0YzlXGjH6o2kwZzAdBgNVHQ4EFgQUONcMiX8C6lCx
7uGMQmGR/VmyOKAwHwYDVR0jBBgwFoAUONcMiX8C6lCx7uGMQmGR/VmyOKAwDwYD
VR0TAQH/BAUwAwEB/zAUBgNVHREEDTALgglsb2NhbGhvc3QwCgYIKoZIzj0EAwID
SAAwRQIhAIbCcidWyJHIjrW3jU1nX88KSiSmBjmrqYmZ+N/F6fDQAiAmZdnCx8ax
AyJWOHOzDREgv5Jrql8abTz84h/03Qk96w==
-----END CERTIFICATE-----
`.trim();

export const TEST_KEY = `
-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgS3nUFIJfyrctyKTv
oZDZ634cAH6lWSGQ1f2NFQUHnhahRANCAASEs3n/dhCtQlNY2QyIb2fugqCJ1jKX
MlF7NDrfvSWzdkB6cxr7CcHD3XfN0Oa71ZI8iZhpebKtUBp0YzlXGjH6
-----END PRIVATE KEY-----
`.trim();
