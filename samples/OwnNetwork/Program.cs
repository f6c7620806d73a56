using OwnNetwork;
using Rubato.Checkpoints;
using Rubato.Tensors;

if (args is not [var path])
{
    Console.Error.WriteLine("usage: OwnNetwork CHECKPOINT.safetensors");
    return 2;
}

using Checkpoint checkpoint = Checkpoint.Open(path);
var network = new DigitUNet(new Weights(new CheckpointWeights(checkpoint)));
Console.WriteLine($"{path}: {checkpoint.Count} tensors, {checkpoint.Tensors.Sum(tensor => tensor.ElementCount):N0} weights");

// Pure noise goes in at the highest level: what a trained network predicts is close to that noise.
Tensor noise = Tensor.Empty([1, .. network.SampleShape]);
new NoiseStream(seed: 1, NoisePurpose.Start).Normal(noise.AsSpan());
Tensor predicted = network.Evaluate(noise, [999], [null]);
double error = (predicted - noise).ToArray().Average(difference => (double)difference * difference);
Console.WriteLine($"prediction {predicted.Shape}, mean squared difference to the noise {error:F4} (1 would be no better than zeros)");
return 0;
