//! `parvis keygen` and `parvis verify`: makes keys that sign playbooks, and verifies signatures.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use parvis::playbook::Playbook;
use parvis::playbook::signature::{PrivateKey, Problem, PublicKey, claimed};

use crate::out::say;

/// Write a new pair of keys: NAME.key, which signs playbooks and is kept secret, and NAME.pub, for hosts.
#[derive(Debug, Args)]
pub(crate) struct Keygen {
    /// The path of the keys without their endings; existing files are not replaced.
    name: PathBuf,
}

/// Verify that a compiled playbook was signed with a key and not altered since.
#[derive(Debug, Args)]
pub(crate) struct Verify {
    /// The compiled playbook.
    file: PathBuf,
    /// The public key, as `parvis keygen` writes it.
    #[arg(long, value_name = "FILE")]
    key: PathBuf,
}

/// Writes both keys; only its owner may read the private one.
pub(crate) fn keygen(arguments: &Keygen) -> Result<ExitCode> {
    let mut entropy = [0; 32];
    getrandom::fill(&mut entropy).context("the system gives no randomness")?;
    let key = PrivateKey::from_entropy(&entropy);
    let named = |ending: &str| {
        let mut name = arguments.name.clone().into_os_string();
        name.push(ending);
        PathBuf::from(name)
    };
    let (private, public) = (named(".key"), named(".pub"));
    // The public one first: if it fails no secret is left behind.
    write_new(&public, &key.public().to_text(), 0o644)?;
    write_new(&private, &key.to_text(), 0o600)?;
    say!("`{}` signs playbooks: keep it to yourself.", private.display());
    say!("`{}` is for hosts: parvis serve --signed-by {}", public.display(), public.display());
    Ok(ExitCode::SUCCESS)
}

/// Prints whether the signature is valid; exit 1 if it is not.
pub(crate) fn verify(arguments: &Verify) -> Result<ExitCode> {
    let key = public_key(&arguments.key)?;
    let path = arguments.file.display();
    let bytes = std::fs::read(&arguments.file).with_context(|| format!("cannot read `{path}`"))?;
    if !Playbook::looks_compiled(&bytes) {
        bail!("`{path}` is no compiled playbook, and only those are signed: `parvis compile --sign KEY`");
    }
    match (key.verify(&bytes), claimed(&bytes)) {
        (Ok(()), _) => {}
        (Err(Problem::OtherKey), Some(other)) => {
            bail!("`{path}` is not signed with this key, but claims to be with {}", other.to_text().trim());
        }
        (Err(problem), _) => bail!("`{path}` is not signed with this key: {}", problem.sentence()),
    }
    Playbook::open(bytes).map_err(|reason| anyhow!("`{path}`: {}", reason.sentence()))?;
    say!("`{path}` was signed with {} and not altered since.", key.to_text().trim());
    Ok(ExitCode::SUCCESS)
}

/// The public key in a file.
pub(crate) fn public_key(path: &Path) -> Result<PublicKey> {
    PublicKey::parse(&text(path)?).with_context(|| {
        format!(
            "`{}` holds no public key; `parvis keygen` writes one, with the ending `.pub`",
            path.display()
        )
    })
}

/// The private key in a file.
pub(crate) fn private_key(path: &Path) -> Result<PrivateKey> {
    PrivateKey::parse(&text(path)?).with_context(|| {
        format!(
            "`{}` holds no private key; `parvis keygen` writes one, with the ending `.key`",
            path.display()
        )
    })
}

fn text(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).with_context(|| format!("cannot read the key `{}`", path.display()))
}

/// Writes a file that must not exist yet.
fn write_new(path: &Path, text: &str, mode: u32) -> Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, mode);
    #[cfg(not(unix))]
    let _ = mode;
    let mut file =
        options.open(path).with_context(|| format!("cannot write the key `{}`", path.display()))?;
    file.write_all(text.as_bytes()).with_context(|| format!("cannot write the key `{}`", path.display()))
}
