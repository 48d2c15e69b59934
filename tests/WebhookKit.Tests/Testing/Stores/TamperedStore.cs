using System.Reflection;
using WebhookKit.Testing;
using WebhookKit.Tests.InMemory;

namespace WebhookKit.Tests.Testing.Stores;

/// <summary>A way to do a store's call wrongly: gets the call's arguments and the right way to do it.</summary>
public delegate object? Tampering(string call, object?[] arguments, Func<object?> right);

/// <summary>The in-memory store with something done wrongly in it.</summary>
internal sealed class TamperedFixture(Tampering tampering) : StoreFixture
{
    private readonly InMemoryFixture _sound = new();
    private IWebhookStore? _store;

    public bool IsDisposed { get; private set; }

    public override IWebhookStore? Store => _store;

    public override ISubscriptionStore? Subscriptions => _sound.Subscriptions;

    public override VirtualClock? Clock => _sound.Clock;

    public override async ValueTask StartAsync()
    {
        await _sound.StartAsync();
        _store = TamperedStore.Of(_sound.Store!, tampering);
    }

    public override ValueTask AdvanceAsync(TimeSpan by) => _sound.AdvanceAsync(by);

    public override ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return _sound.DisposeAsync();
    }
}

/// <summary>Passes every call of the contract, whatever calls it has, through a <see cref="Tampering"/>.</summary>
public class TamperedStore : DispatchProxy
{
    private IWebhookStore _store = null!;
    private Tampering _tampering = null!;

    public static IWebhookStore Of(IWebhookStore store, Tampering tampering)
    {
        var proxy = Create<IWebhookStore, TamperedStore>();
        ((TamperedStore)(object)proxy)._store = store;
        ((TamperedStore)(object)proxy)._tampering = tampering;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _tampering(
        targetMethod!.Name, args!, () => targetMethod.Invoke(_store, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null));
}
