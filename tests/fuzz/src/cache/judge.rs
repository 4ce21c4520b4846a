//! What may come from a cache at all, told only from what the origin has said, as RFC 9111 has it: no rule of the engine is
//! used here.

use super::{Headers, Origin, Request};

/// Everything that the origin has said, and to whom.
#[derive(Default)]
pub(super) struct Judge(Vec<Said>);

struct Said {
    version: u32,
    request: Headers,
    head: Headers,
    status: u16,
    at: i64,
}

impl Judge {
    /// The origin answered with its page, whole or as a confirmation of the one with the same tag.
    pub(super) fn said(&mut self, request: &Request, head: &Headers, origin: &Origin, now: i64) {
        let (request, head) = (request.headers.clone(), head.clone());
        self.0.push(Said { version: origin.version, request, head, status: origin.status, at: now });
    }

    /// It confirmed a page that was kept: what it just said holds for this version, too.
    pub(super) fn confirmed(&mut self, version: u32, now: i64) {
        let last = self.0.last_mut().expect("the origin has just answered");
        assert!(last.at == now);
        last.version = version;
    }

    /// Something was written: what was said before is over.
    pub(super) fn written(&mut self) {
        self.0.clear();
    }

    /// A cache gives this version to this request without asking.
    pub(super) fn served(&self, request: &Request, version: u32, now: i64) {
        for word in ["no-store", "no-cache"] {
            let refuses = |value: &&str| value.to_ascii_lowercase().split(',').any(|one| one.trim() == word);
            assert!(!request.values("cache-control").iter().any(refuses), "served though {word}");
        }
        assert!(request.values("authorization").is_empty(), "credentials were answered from a cache");
        assert!(matches!(request.method.as_str(), "GET" | "HEAD"));
        let good = |said: &Said| {
            said.version == version
                && said.is_for(request)
                && said.lifetime().is_some_and(|left| now < said.at + left)
        };
        assert!(
            self.0.iter().any(good),
            "version {version} is served {now}, and nothing the origin said allows it"
        );
    }
}

impl Said {
    fn values<'h>(&'h self, name: &'h str) -> impl Iterator<Item = &'h str> {
        self.head.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Whether it was said to a request like this one.
    fn is_for(&self, request: &Request) -> bool {
        let differs = self
            .values("vary")
            .flat_map(|value| value.split(','))
            .map(|name| name.trim().to_ascii_lowercase());
        let names = differs.chain([
            "accept-encoding".to_owned(),
            "x-forwarded-host".to_owned(),
            "x-forwarded-proto".to_owned(),
        ]);
        let of = |headers: &Headers, name: &str| -> Vec<String> {
            headers.iter().filter(|(known, _)| known == name).map(|(_, value)| value.clone()).collect()
        };
        names.into_iter().all(|name| of(&self.request, &name) == of(&request.headers, &name))
    }

    /// For how long it is good, in seconds; `None` where it is not for everybody, or says nothing of it.
    fn lifetime(&self) -> Option<i64> {
        let lower = |name| self.values(name).map(str::to_ascii_lowercase).collect::<Vec<_>>();
        let html = lower("content-type").first().is_some_and(|kind| kind.starts_with("text/html"));
        let never = ["set-cookie", "content-range"].iter().any(|name| self.values(name).next().is_some());
        let any = self.values("vary").flat_map(|value| value.split(',')).any(|name| name.trim() == "*");
        let policies = self.head.iter().filter(|(name, _)| name.starts_with("content-security-policy"));
        let nonce =
            policies.map(|(_, value)| value.to_ascii_lowercase()).any(|value| value.contains("'nonce-"));
        if self.status != 200 || !html || never || any || nonce {
            return None;
        }
        // What stands in quotes is no directive.
        let bare = |value: &String| value.split('"').step_by(2).collect::<String>();
        let bare = lower("cache-control").iter().map(bare).collect::<Vec<_>>().join(",");
        let directives: Vec<(&str, &str)> = bare
            .split(',')
            .map(|one| one.split_once('=').unwrap_or((one, "")))
            .map(|(name, value)| (name.trim(), value.trim()))
            .collect();
        if directives.iter().any(|(name, _)| ["no-store", "no-cache", "private"].contains(name)) {
            return None;
        }
        let seconds = |wanted: &str| {
            let all = directives.iter().filter(|(name, _)| *name == wanted);
            all.map(|(_, value)| value.parse::<i64>().unwrap_or(i64::from(i32::MAX))).min()
        };
        let stated = match (seconds("s-maxage"), seconds("max-age")) {
            // A number in quotes is taken for any.
            (Some(shared), _) => shared,
            (None, Some(all)) => all,
            (None, None) => {
                self.values("expires").next()?;
                31_536_000
            }
        };
        let ages = self.values("age").filter_map(|value| value.trim().parse::<i64>().ok());
        Some(stated.min(31_536_000) - ages.max().unwrap_or(0))
    }
}
