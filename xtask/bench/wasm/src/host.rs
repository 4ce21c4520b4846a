//! A host for the bench's modules: pieces of a page in, bytes and ranges out.

use std::path::Path;

use anyhow::Context as _;
use wasmtime::{
    Caller, Config, Engine, Extern, InstanceAllocationStrategy, InstancePre, Linker, Memory,
    PoolingAllocationConfig, Store, TypedFunc,
};
use xtask_bench::page::{CHUNK, Page};

/// Instances come out of a pool, as in Viceroy and on Fastly.
pub(crate) fn engine() -> anyhow::Result<Engine> {
    let mut pool = PoolingAllocationConfig::new();
    pool.total_core_instances(32).total_memories(32).total_tables(32).max_memory_size(128 << 20);
    let mut config = Config::new();
    config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    Ok(Engine::new(&config)?)
}

/// What the module's calls see.
#[derive(Default)]
struct Request {
    memory: Option<Memory>,
    /// What comes before the page: ids, and for some a plan.
    before: Vec<Vec<u8>>,
    /// The page, and how much of it has been read.
    page: Vec<u8>,
    read: usize,
    out: Vec<u8>,
    calls: usize,
}

/// A compiled module that needs only its instance.
pub(crate) struct Module {
    ready: InstancePre<Request>,
}

impl Module {
    pub(crate) fn compile(engine: &Engine, file: &Path) -> anyhow::Result<Module> {
        let bytes = std::fs::read(file).with_context(|| format!("no `{}`", file.display()))?;
        let module = wasmtime::Module::new(engine, bytes)?;
        let mut linker = Linker::new(engine);
        linker.func_wrap("host", "read", read)?;
        linker.func_wrap("host", "write", write)?;
        linker.func_wrap("host", "append", append)?;
        Ok(Module { ready: linker.instantiate_pre(&module)? })
    }
}

/// The bytes of the caller's memory, and what belongs to its request.
fn parts<'c>(caller: &'c mut Caller<'_, Request>) -> wasmtime::Result<(&'c mut [u8], &'c mut Request)> {
    let memory = match caller.data().memory {
        Some(memory) => memory,
        None => {
            let Some(Extern::Memory(memory)) = caller.get_export("memory") else {
                return Err(wasmtime::Error::msg("no memory"));
            };
            caller.data_mut().memory = Some(memory);
            memory
        }
    };
    Ok(memory.data_and_store_mut(caller))
}

fn read(mut caller: Caller<'_, Request>, into: u32, most: u32) -> wasmtime::Result<u32> {
    let (memory, request) = parts(&mut caller)?;
    request.calls += 1;
    let taken;
    let bytes = if request.before.is_empty() {
        let end = (request.read + CHUNK.min(most as usize)).min(request.page.len());
        let from = std::mem::replace(&mut request.read, end);
        &request.page[from..end]
    } else {
        taken = request.before.remove(0);
        &taken
    };
    memory[into as usize..][..bytes.len()].copy_from_slice(bytes);
    Ok(bytes.len() as u32)
}

fn write(mut caller: Caller<'_, Request>, from: u32, length: u32) -> wasmtime::Result<()> {
    let (memory, request) = parts(&mut caller)?;
    request.calls += 1;
    request.out.extend_from_slice(&memory[from as usize..][..length as usize]);
    Ok(())
}

fn append(mut caller: Caller<'_, Request>, from: u32, to: u32) {
    let request = caller.data_mut();
    request.calls += 1;
    request.out.extend_from_slice(&request.page[from as usize..to as usize]);
}

/// An instance that stays, with a page in its memory.
pub(crate) struct Warm {
    store: Store<Request>,
    memory: Memory,
    room: TypedFunc<u32, u32>,
    function: Function,
}

/// Some functions are told how many selectors to use.
enum Function {
    Plain(TypedFunc<(), u32>),
    Selectors(TypedFunc<u32, u32>, u32),
}

impl Warm {
    pub(crate) fn new(module: &Module, function: &str, selectors: u32) -> anyhow::Result<Warm> {
        let mut store = Store::new(module.ready.module().engine(), Request::default());
        let instance = module.ready.instantiate(&mut store)?;
        let memory = instance.get_memory(&mut store, "memory").context("no memory")?;
        let room = instance.get_typed_func(&mut store, "room")?;
        let function = if selectors == 0 {
            Function::Plain(instance.get_typed_func(&mut store, function)?)
        } else {
            Function::Selectors(instance.get_typed_func(&mut store, function)?, selectors)
        };
        Ok(Warm { store, memory, room, function })
    }

    pub(crate) fn load(&mut self, page: &Page) -> anyhow::Result<()> {
        let at = self.room.call(&mut self.store, page.bytes.len() as u32)? as usize;
        self.memory.data_mut(&mut self.store)[at..][..page.bytes.len()].copy_from_slice(&page.bytes);
        Ok(())
    }

    pub(crate) fn run(&mut self) -> anyhow::Result<u32> {
        Ok(match &self.function {
            Function::Plain(function) => function.call(&mut self.store, ())?,
            Function::Selectors(function, selectors) => function.call(&mut self.store, *selectors)?,
        })
    }
}

/// A new instance for each page.
pub(crate) struct Fresh<'m> {
    module: &'m Module,
    function: &'m str,
    selectors: Option<u32>,
    /// The page is the host's: it is put here once, not copied for each request.
    page: (String, Vec<u8>),
    /// What the last request sent.
    pub(crate) out: Vec<u8>,
}

impl<'m> Fresh<'m> {
    pub(crate) fn new(
        module: &'m Module,
        function: &'m str,
        selectors: Option<u32>,
    ) -> anyhow::Result<Fresh<'m>> {
        Ok(Fresh { module, function, selectors, page: Default::default(), out: Vec::new() })
    }

    /// One request; gives how many calls the host answered.
    pub(crate) fn run(&mut self, page: &Page) -> anyhow::Result<usize> {
        if self.page.0 != page.name {
            self.page = (page.name.clone(), page.bytes.clone());
        }
        let mut before = vec![page.ids.join("\n").into_bytes()];
        match self.function {
            "plan" => before.push(page.plan.clone()),
            "planning" => before.push(page.declared.join("\n").into_bytes()),
            _ => {}
        }
        let mut out = std::mem::take(&mut self.out);
        out.clear();
        let request = Request { before, page: std::mem::take(&mut self.page.1), out, ..Request::default() };
        let mut store = Store::new(self.module.ready.module().engine(), request);
        let instance = self.module.ready.instantiate(&mut store)?;
        match self.selectors {
            Some(selectors) => {
                instance.get_typed_func::<u32, ()>(&mut store, self.function)?.call(&mut store, selectors)?;
            }
            None => instance.get_typed_func::<(), ()>(&mut store, self.function)?.call(&mut store, ())?,
        }
        let request = store.into_data();
        (self.page.1, self.out) = (request.page, request.out);
        Ok(request.calls)
    }
}
