using System.Reflection;

namespace WebhookKit.Tests.Publishing;

/// <summary>Stands before a store whose first answer gets lost: every enqueue is made twice, as after a commit of unknown outcome.</summary>
public class RepeatingQueue : DispatchProxy
{
    private IDeliveryQueue? _queue;

    public static IDeliveryQueue Before(IDeliveryQueue queue)
    {
        var proxy = Create<IDeliveryQueue, RepeatingQueue>();
        ((RepeatingQueue)(object)proxy)._queue = queue;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => targetMethod!.Name == nameof(IDeliveryQueue.EnqueueAsync)
        ? new ValueTask<IReadOnlyList<EnqueueResult>>(EnqueueTwiceAsync((IReadOnlyList<EnqueueRequest>)args![0]!))
        : targetMethod.Invoke(_queue, args);

    private async Task<IReadOnlyList<EnqueueResult>> EnqueueTwiceAsync(IReadOnlyList<EnqueueRequest> messages)
    {
        await _queue!.EnqueueAsync(messages, default);
        return await _queue.EnqueueAsync(messages, default);
    }
}
