using WebhookKit.FaultTests;
using WebhookKit.FaultTests.Node;
using WebhookKit.FaultTests.Processes;
using WebhookKit.FaultTests.Receiver;

// The roles that a run starts as processes of their own; people start scenarios.
return args switch
{
    [NodeProgram.Role] => await NodeProgram.RunAsync(),
    [ReceiverProgram.Role] => await ReceiverProgram.RunAsync(),
    [Guard.Role] => await GuardProgram.RunAsync(),
    _ => await CommandLine.InvokeAsync(args),
};
