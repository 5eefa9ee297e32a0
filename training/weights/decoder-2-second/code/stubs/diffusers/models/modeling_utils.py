from torch import nn
class ModelMixin(nn.Module): pass
